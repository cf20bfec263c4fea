"""Asks the scheduler that root's console asks for its health; 1: it is not healthy, and why.

Not the module uri: that of Ansible 2.14 cannot speak HTTPS with Python 3.12 or newer.
"""

import os
import ssl
import sys
import urllib.error
import urllib.request

with open(os.path.expanduser("~/.config/drover/config"), encoding="utf-8") as lines:
    login = dict(line.strip().split(" = ", 1) for line in lines if " = " in line)
request = urllib.request.Request(
    login["scheduler"] + "/health", headers={"Authorization": "Bearer " + login["token"]}
)
try:
    context = ssl.create_default_context(cafile=login["ca"])
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as refusal:
    sys.exit(f"{refusal.code}: {refusal.read().decode()}")
except OSError as problem:
    sys.exit(str(problem))

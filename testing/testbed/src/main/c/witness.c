/*
 * The witness, started by the guest's init: reads its settings from the kernel's command line (witness.*), starts one
 * process each for the heartbeat, the disk, the memory and the load, then obeys the serial console and the power
 * button. It ends when told to shut down, after all its processes have; init then unmounts and powers off.
 *
 * Commands, one a line: rate N (blocks a second), pages N (pages a second), load N (percent of one virtual
 * processor), stream N (writes a second of the open loop), mark (its blocks count as not written from here on), check
 * (reads all that the open loop wrote, once its rate is 0), status, shutdown. Each is answered by one line, mark and
 * check by a second one when they are done.
 */
#include "witness.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { HEARTBEAT, DISK, MEMORY, LOAD, STREAM, PARTS, INPUTS_MAX = 4, COMMAND_BYTES = 128 };
static const char *const PART_NAMES[PARTS] = {"heartbeat", "disk", "memory", "load", "stream"};

static pid_t parts[PARTS];

static uint32_t parameter(const char *command_line, const char *name, uint32_t otherwise) {
    const char *found = strstr(command_line, name);
    return found == NULL ? otherwise : (uint32_t)strtoul(found + strlen(name), NULL, 10);
}

static void read_settings(struct settings *settings, const char *data_folder) {
    static char line[4096];
    int file = open("/proc/cmdline", O_RDONLY);
    if (file < 0 || read(file, line, sizeof line - 1) < 0)
        exit(1);
    close(file);
    snprintf(settings->data_folder, sizeof settings->data_folder, "%s", data_folder);
    settings->heartbeat_rate = parameter(line, "witness.heartbeats=", 30);
    settings->region_mib = parameter(line, "witness.region_mib=", 64);
    settings->memory_mib = parameter(line, "witness.memory_mib=", 0);
    settings->fill_mib = parameter(line, "witness.fill_mib=", 0);
    settings->stream_mib = parameter(line, "witness.stream_mib=", 0);
    settings->stream_writers = parameter(line, "witness.stream_writers=", 8);
    shared->stream_rate = parameter(line, "witness.stream_rate=", 0);
    shared->write_rate = parameter(line, "witness.rate=", 20);
    shared->page_rate = parameter(line, "witness.pages=", 200);
    shared->load_percent = parameter(line, "witness.load=", 0);
    if (settings->heartbeat_rate < 1 || settings->heartbeat_rate > 1000 || settings->region_mib < 1) {
        fprintf(stderr, "FATAL witness.heartbeats must be 1 to 1000 and witness.region_mib at least 1\n");
        exit(1);
    }
}

static int open_tty(void) {
    int tty = open("/dev/ttyS0", O_RDWR | O_NOCTTY | O_NONBLOCK);
    struct termios mode;
    if (tty < 0 || tcgetattr(tty, &mode) < 0)
        exit(1);
    cfmakeraw(&mode); /* no echo, no carriage returns: what is sent is what arrives */
    tcsetattr(tty, TCSANOW, &mode);
    return tty;
}

static void spare_from_oom_killer(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY);
    if (file >= 0 && write(file, "-1000", 5) == 5)
        close(file);
}

void run_load(void) {
    enum { PERIOD_US = 100000 };
    volatile uint64_t x = 1;
    while (!atomic_load(&shared->stopping)) {
        uint64_t started = now_us();
        uint64_t busy_us = (uint64_t)PERIOD_US / 100 * atomic_load(&shared->load_percent);
        while (now_us() - started < busy_us)
            for (int i = 0; i < 10000; i++)
                x = x * 6364136223846793005ull + 1;
        uint64_t spent = now_us() - started;
        if (spent < PERIOD_US)
            usleep(PERIOD_US - spent);
    }
}

static void start(int part, const struct settings *settings, int tty, int console_pipe) {
    pid_t pid = fork();
    if (pid != 0) {
        parts[part] = pid;
        return;
    }
    prctl(PR_SET_NAME, PART_NAMES[part]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (part == HEARTBEAT)
        run_heartbeat(settings, tty, console_pipe);
    if (part == DISK)
        run_disk(settings);
    if (part == MEMORY)
        run_memory(settings);
    if (part == LOAD)
        run_load();
    if (part == STREAM)
        run_stream(settings);
    exit(0);
}

static unsigned long long counter(const char *file, const char *name) {
    char line[256], format[64];
    unsigned long long value = 0;
    FILE *counters = fopen(file, "re");
    snprintf(format, sizeof format, "%s %%llu", name);
    while (counters != NULL && fgets(line, sizeof line, counters) != NULL)
        if (sscanf(line, format, &value) == 1)
            break;
    if (counters != NULL)
        fclose(counters);
    return value;
}

static void say_status(void) {
    unsigned long long total = counter("/proc/meminfo", "SwapTotal:"), free = counter("/proc/meminfo", "SwapFree:");
    say("STATUS hb=%llu late=%llu w=%llu v=%llu pv=%llu rw=%llu err=%llu pswpin=%llu pswpout=%llu swap_used_kib=%llu "
        "memory_kib=%llu rate=%u pages=%u load=%u",
        (unsigned long long)shared->heartbeats, (unsigned long long)shared->late,
        (unsigned long long)shared->blocks_written, (unsigned long long)shared->blocks_verified,
        (unsigned long long)shared->pages_verified, (unsigned long long)shared->pages_rewritten,
        (unsigned long long)shared->errors, counter("/proc/vmstat", "pswpin"), counter("/proc/vmstat", "pswpout"),
        total - free, counter("/proc/meminfo", "MemTotal:"), shared->write_rate, shared->page_rate,
        shared->load_percent);
}

static void set_number(const char *command, const char *argument, _Atomic uint32_t *target, unsigned long max) {
    char *end;
    unsigned long value = strtoul(argument, &end, 10);
    if (*argument < '0' || *argument > '9' || *end != '\0' || value > max) {
        say("BAD %s: '%s' is not a number from 0 to %lu", command, argument, max);
        return;
    }
    atomic_store(target, (uint32_t)value);
    say("OK %s %lu", command, value);
}

static void obey(char *command) {
    char *argument = strchr(command, ' ');
    if (argument != NULL)
        *argument++ = '\0';
    else
        argument = "";
    if (strcmp(command, "rate") == 0)
        set_number(command, argument, &shared->write_rate, 100000);
    else if (strcmp(command, "pages") == 0)
        set_number(command, argument, &shared->page_rate, 1000000);
    else if (strcmp(command, "load") == 0)
        set_number(command, argument, &shared->load_percent, 100);
    else if (strcmp(command, "stream") == 0)
        set_number(command, argument, &shared->stream_rate, 100000);
    else if (strcmp(command, "mark") == 0) {
        say("OK mark");
        atomic_fetch_add(&shared->stream_marks, 1);
    } else if (strcmp(command, "check") == 0) {
        say("OK check");
        atomic_fetch_add(&shared->stream_checks, 1);
    } else if (strcmp(command, "status") == 0)
        say_status();
    else if (strcmp(command, "shutdown") == 0) {
        say("OK shutdown");
        atomic_store(&shared->stopping, 1);
    } else if (*command != '\0')
        say("BAD unknown command '%s'", command);
}

static void read_commands(int tty) {
    static char line[COMMAND_BYTES];
    static size_t length;
    char c;
    while (read(tty, &c, 1) == 1) {
        if (c == '\n' || c == '\r') {
            line[length] = '\0';
            obey(line);
            length = 0;
        } else if (length < sizeof line - 1)
            line[length++] = c;
    }
}

static void read_events(int input) {
    struct input_event event;
    while (read(input, &event, sizeof event) == sizeof event)
        if (event.type == EV_KEY && event.code == KEY_POWER && event.value == 1 && !atomic_load(&shared->stopping)) {
            say("OK power button");
            atomic_store(&shared->stopping, 1);
        }
}

static int open_inputs(struct pollfd *sources, int count) {
    for (int i = 0; i < INPUTS_MAX; i++) {
        char path[32];
        snprintf(path, sizeof path, "/dev/input/event%d", i);
        int input = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (input >= 0)
            sources[count++] = (struct pollfd){.fd = input, .events = POLLIN};
    }
    return count;
}

/* A part that ends before it is told to has failed, whatever it says. */
static void watch_parts(void) {
    int status;
    for (int part = 0; part < PARTS; part++)
        if (parts[part] > 0 && waitpid(parts[part], &status, WNOHANG) == parts[part]) {
            parts[part] = 0;
            if (!atomic_load(&shared->stopping))
                complain("the %s process ended (status %x)", PART_NAMES[part], status);
        }
}

/* Beside what the witness keeps, which therefore has to be there first. */
static void fill_and_give_back(uint32_t mib) {
    if (mib == 0)
        return;
    while (!shared->memory_ready && parts[MEMORY] > 0)
        usleep(100000);
    pid_t pid = fork();
    if (pid == 0) {
        run_fill(mib);
        _exit(0);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

static void wait_for(int part) {
    if (parts[part] > 0)
        waitpid(parts[part], NULL, 0);
    parts[part] = 0;
}

static void obey_until_stopped(int tty, const struct settings *settings) {
    struct pollfd sources[1 + INPUTS_MAX] = {{.fd = tty, .events = POLLIN}};
    int count = open_inputs(sources, 1), announced = 0;
    while (!atomic_load(&shared->stopping)) {
        poll(sources, count, 200);
        read_commands(tty);
        for (int i = 1; i < count; i++)
            read_events(sources[i].fd);
        watch_parts();
        if (!announced && shared->disk_ready && (shared->memory_ready || settings->memory_mib == 0) &&
            (shared->stream_ready || settings->stream_mib == 0)) {
            say("READY blocks=%u pages=%u", settings->region_mib * 256, settings->memory_mib * 256);
            announced = 1;
        }
    }
}

int main(int count, char **arguments) {
    struct settings settings;
    int pipes[2];
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || count != 2 || pipe2(pipes, O_NONBLOCK) < 0)
        return 1;
    shared->console_pipe = pipes[1];
    read_settings(&settings, arguments[1]);
    mkdir(settings.data_folder, 0700);
    int tty = open_tty();
    for (int part = HEARTBEAT; part < PARTS; part++)
        if ((part != MEMORY || settings.memory_mib > 0) && (part != STREAM || settings.stream_mib > 0))
            start(part, &settings, tty, pipes[0]);
    fill_and_give_back(settings.fill_mib);
    /* Only now: the memory process must stay the first the kernel would kill. */
    spare_from_oom_killer();
    mlockall(MCL_CURRENT | MCL_FUTURE);
    obey_until_stopped(tty, &settings);
    wait_for(MEMORY);
    wait_for(DISK);
    wait_for(LOAD);
    wait_for(STREAM);
    say_status();
    say("BYE");
    atomic_store(&shared->silent, 1);
    wait_for(HEARTBEAT);
    return 0;
}

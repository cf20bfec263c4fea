/* What the parts share: lines to the console, rates, blocks with a content that can be computed again. */
#include "witness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CATCH_UP_US = 50000, CHUNK_BYTES = 1 << 20 };

struct shared *shared;

static void send_line(const char *prefix, const char *format, va_list arguments) {
    char line[512];
    int length = snprintf(line, sizeof line, "%s", prefix);
    length += vsnprintf(line + length, sizeof line - length - 1, format, arguments);
    if (length > (int)sizeof line - 2)
        length = sizeof line - 2;
    line[length++] = '\n';
    if (write(shared->console_pipe, line, length) < 0)
        return; /* full: the counters still tell */
}

void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    send_line("", format, arguments);
    va_end(arguments);
}

void complain(const char *format, ...) {
    va_list arguments;
    atomic_fetch_add(&shared->errors, 1);
    va_start(arguments, format);
    send_line("ERR ", format, arguments);
    va_end(arguments);
}

uint64_t now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000ull + now.tv_nsec / 1000;
}

void note_write(uint64_t started_us) {
    uint64_t took = now_us() - started_us;
    uint64_t max = atomic_load(&shared->write_us_max);
    while (took > max && !atomic_compare_exchange_weak(&shared->write_us_max, &max, took))
        ;
}

void pace(struct pacer *pacer, uint32_t rate, uint32_t at_once) {
    if (rate == 0) {
        usleep(100000);
        return;
    }
    uint64_t now = now_us();
    pacer->due_us += 1000000ull * at_once / rate;
    if (pacer->due_us + CATCH_UP_US < now)
        pacer->due_us = now;
    if (pacer->due_us > now + 1000) /* shorter waits cost more than they are worth */
        usleep(pacer->due_us - now);
}

void *aligned_blocks(int count) {
    void *blocks = aligned_alloc(BLOCK_BYTES, (size_t)count * BLOCK_BYTES);
    if (blocks == NULL)
        exit(1);
    memset(blocks, 0, (size_t)count * BLOCK_BYTES);
    return blocks;
}

/* Zeros, not fallocate: a first write into an unwritten extent would wait for the journal, and so would a heartbeat. */
static int allocate(int file, uint64_t bytes) {
    void *zeros = aligned_alloc(BLOCK_BYTES, CHUNK_BYTES);
    if (zeros == NULL)
        return -1;
    memset(zeros, 0, CHUNK_BYTES);
    for (uint64_t at = 0; at < bytes && !atomic_load(&shared->stopping); at += CHUNK_BYTES) {
        size_t length = bytes - at < CHUNK_BYTES ? bytes - at : CHUNK_BYTES;
        if (pwrite(file, zeros, length, at) != (ssize_t)length)
            return -1;
    }
    free(zeros);
    return fsync(file);
}

int open_region(const char *folder, const char *name, uint64_t bytes) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int file = open(path, O_CREAT | O_TRUNC | O_RDWR | O_DIRECT, 0600);
    if (file < 0 || allocate(file, bytes) < 0) {
        complain("%s: %s", path, strerror(errno));
        exit(1);
    }
    close(file);
    file = open(path, O_RDWR | O_DIRECT | O_DSYNC);
    if (file < 0) {
        complain("%s: %s", path, strerror(errno));
        exit(1);
    }
    return file;
}

static uint64_t pattern_start(uint64_t number, uint64_t generation) {
    uint64_t x = number * 0x9e3779b97f4a7c15ull ^ (generation + 1) * 0xbf58476d1ce4e5b9ull;
    return x ^ x >> 29;
}

static uint64_t pattern_next(uint64_t x) {
    return x * 6364136223846793005ull + 1442695040888963407ull;
}

void fill_pattern(uint64_t *words, int first, uint64_t number, uint64_t generation) {
    uint64_t x = pattern_start(number, generation);
    for (int i = first; i < BLOCK_WORDS; i++) {
        words[i] = x;
        x = pattern_next(x);
    }
}

int check_pattern(const uint64_t *words, int first, uint64_t number, uint64_t generation) {
    uint64_t x = pattern_start(number, generation);
    for (int i = first; i < BLOCK_WORDS; i++) {
        if (words[i] != x)
            return i;
        x = pattern_next(x);
    }
    return -1;
}

uint64_t checksum(const uint64_t *words, int first) {
    uint64_t sum = 0xcbf29ce484222325ull;
    for (int i = first; i < BLOCK_WORDS; i++)
        sum = (sum ^ words[i]) * 0x100000001b3ull;
    return sum;
}

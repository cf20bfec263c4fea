/*
 * Sends a numbered heartbeat after each synchronous write, and every other line of the witness as well: only one
 * process writes to the console, so lines never mix. It never waits for the console longer than until the next beat
 * is due: while the console takes nothing, beats are left out (their numbers are not used up).
 */
#include "witness.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { BEAT_BLOCKS = 256, BEAT_GROUP = 16, OUT_BYTES = 8192, LINE_BYTES = 512 };

struct console {
    int tty;
    int pipe;
    size_t length; /* bytes in out */
    char out[OUT_BYTES];
};

static void append(struct console *console, const char *text, size_t length) {
    memcpy(console->out + console->length, text, length);
    console->length += length;
}

/* Writes what the console takes now. */
static void flush_console(struct console *console) {
    while (console->length > 0) {
        ssize_t taken = write(console->tty, console->out, console->length);
        if (taken <= 0)
            return;
        console->length -= taken;
        memmove(console->out, console->out + taken, console->length);
    }
}

static void flush_until(struct console *console, uint64_t limit_us) {
    flush_console(console);
    for (uint64_t now = now_us(); console->length > 0 && now < limit_us; now = now_us()) {
        struct pollfd ready = {.fd = console->tty, .events = POLLOUT};
        poll(&ready, 1, (limit_us - now) / 1000 + 1);
        flush_console(console);
    }
}

/* Takes the lines of the other processes. The pipe keeps each line whole, but a read may end within one. */
static void take_lines(struct console *console) {
    static char buffer[LINE_BYTES * 4];
    static size_t held;
    ssize_t length = read(console->pipe, buffer + held, sizeof buffer - held);
    if (length > 0)
        held += length;
    char *end = memrchr(buffer, '\n', held);
    if (end == NULL || console->length + held > OUT_BYTES - LINE_BYTES)
        return;
    size_t whole = end + 1 - buffer;
    append(console, buffer, whole);
    held -= whole;
    memmove(buffer, end + 1, held);
}

static unsigned long long counter(_Atomic uint64_t *value) {
    return atomic_load(value);
}

static void append_heartbeat(struct console *console, uint64_t number) {
    char line[LINE_BYTES];
    int length = snprintf(line, sizeof line, "HB %llu w=%llu v=%llu pv=%llu err=%llu maxw_us=%llu",
                          (unsigned long long)number, counter(&shared->blocks_written),
                          counter(&shared->blocks_verified), counter(&shared->pages_verified),
                          counter(&shared->errors), (unsigned long long)atomic_exchange(&shared->write_us_max, 0));
    unsigned char parity = 0;
    for (int i = 0; i < length; i++)
        parity ^= line[i];
    length += snprintf(line + length, sizeof line - length, "*%02X\n", parity);
    append(console, line, length);
}

/* Reads the blocks of the last group of beats, in one go because every request costs an emulated guest dear. */
static void verify_beats(int file, uint64_t *blocks, uint64_t first) {
    ssize_t length = pread(file, blocks, BEAT_GROUP * BLOCK_BYTES, first % BEAT_BLOCKS * BLOCK_BYTES);
    for (uint64_t i = 0; i < BEAT_GROUP; i++) {
        const uint64_t *block = blocks + i * BLOCK_WORDS;
        if (length != BEAT_GROUP * BLOCK_BYTES || block[0] != first + i || check_pattern(block, 1, first + i, 0) >= 0)
            complain("heartbeat %llu: its block is not on the disk (found %llu)", (unsigned long long)(first + i),
                     (unsigned long long)block[0]);
    }
}

static void write_beat(int file, uint64_t *block, uint64_t number) {
    block[0] = number;
    fill_pattern(block, 1, number, 0);
    uint64_t started = now_us();
    if (pwrite(file, block, BLOCK_BYTES, number % BEAT_BLOCKS * BLOCK_BYTES) != BLOCK_BYTES)
        complain("heartbeat %llu: write failed: %s", (unsigned long long)number, strerror(errno));
    note_write(started);
}

static void sleep_until(uint64_t due_us) {
    struct timespec due = {.tv_sec = due_us / 1000000, .tv_nsec = due_us % 1000000 * 1000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static void beat(struct console *console, int file, uint64_t *block) {
    uint64_t number = atomic_load(&shared->heartbeats) + 1;
    if (number % BEAT_GROUP == 0 && number > BEAT_GROUP)
        verify_beats(file, block, number - BEAT_GROUP);
    write_beat(file, block, number);
    atomic_store(&shared->heartbeats, number);
    append_heartbeat(console, number);
}

void run_heartbeat(const struct settings *settings, int tty, int console_pipe) {
    static struct console console;
    console.tty = tty;
    console.pipe = console_pipe;
    int file = open_region(settings->data_folder, "heartbeats", (uint64_t)BEAT_BLOCKS * BLOCK_BYTES);
    uint64_t *block = aligned_blocks(BEAT_GROUP);
    /* Swapping and the other processes must not delay a beat: its gaps stand for the guest's pauses. */
    mlockall(MCL_CURRENT | MCL_FUTURE);
    struct sched_param priority = {.sched_priority = 10};
    sched_setscheduler(0, SCHED_FIFO, &priority);
    uint64_t period = 1000000 / settings->heartbeat_rate;
    for (uint64_t due = now_us(); !atomic_load(&shared->silent);) {
        sleep_until(due);
        uint64_t now = now_us();
        due = due + 2 * period < now ? now + period : due + period;
        if (console.length == 0)
            beat(&console, file, block);
        else
            atomic_fetch_add(&shared->late, 1);
        take_lines(&console);
        flush_until(&console, due);
    }
    take_lines(&console);
    flush_until(&console, now_us() + 2000000);
}

/*
 * Writes 4 KiB blocks at random over a span of the data disk, in an open loop: when a write is due is fixed by the rate
 * alone, however long the ones before it took, and its latency counts from that moment. Several writers share one
 * schedule, so that a disk that answers late gets that many requests at once, as it would from a busy server.
 */
#include "witness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NUMBER, GENERATION, HEADER_WORDS, WRITERS_MAX = 64, BUCKETS = 128, REPORT_US = 200000, LINE_BUCKETS_BYTES = 360 };
enum { CHECK_BLOCKS = 256 };

static struct stream {
    int file;
    uint64_t blocks;
    uint32_t writers;
    uint32_t *generations; /* 0: not yet written; each block belongs to one writer */
    uint32_t *marks;       /* value of `mark` when the block was last written */
    pthread_mutex_t turn;  /* guards what stands below */
    uint32_t rate;
    uint64_t due_ns; /* of the next write */
    uint64_t issued;
    uint32_t mark;
    uint32_t busy;
    uint64_t done;
    uint64_t unique; /* blocks written since the last mark */
    uint64_t worst_us;
    uint64_t buckets[BUCKETS];
} stream = {.turn = PTHREAD_MUTEX_INITIALIZER, .mark = 1};

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* Four buckets an octave: bucket 4k + j holds (4 + j) * 2^(k-1) microseconds and more; those below 8 stand for themselves. */
static int bucket(uint64_t us) {
    if (us < 4)
        return us;
    int octave = 63 - __builtin_clzll(us);
    int index = (octave - 1) * 4 + (us >> (octave - 2) & 3);
    return index < BUCKETS ? index : BUCKETS - 1;
}

static void adopt_rate(uint64_t now) {
    uint32_t rate = atomic_load(&shared->stream_rate);
    if (rate != stream.rate) {
        stream.rate = rate;
        stream.due_ns = now;
    }
}

/* When the caller's write is due, or 0 while nothing is to be written. */
static uint64_t take_turn(void) {
    uint64_t due = 0;
    pthread_mutex_lock(&stream.turn);
    adopt_rate(now_ns());
    if (stream.rate > 0) {
        due = stream.due_ns;
        stream.due_ns += 1000000000ull / stream.rate;
        stream.issued++;
        stream.busy++;
    }
    pthread_mutex_unlock(&stream.turn);
    return due;
}

static void end_turn(uint64_t due_ns, uint64_t number, int written) {
    pthread_mutex_lock(&stream.turn);
    uint64_t us = (now_ns() - due_ns) / 1000;
    stream.busy--;
    if (written) {
        stream.done++;
        stream.buckets[bucket(us)]++;
        if (us > stream.worst_us)
            stream.worst_us = us;
        if (stream.marks[number] != stream.mark)
            stream.unique++;
        stream.marks[number] = stream.mark;
    }
    pthread_mutex_unlock(&stream.turn);
}

static int write_next(uint64_t *block, uint64_t number) {
    uint32_t generation = stream.generations[number] + 1;
    block[NUMBER] = number;
    block[GENERATION] = generation;
    fill_pattern(block, HEADER_WORDS, number, generation);
    if (pwrite(stream.file, block, BLOCK_BYTES, number * BLOCK_BYTES) != BLOCK_BYTES) {
        complain("stream block %llu: write failed: %s", (unsigned long long)number, strerror(errno));
        return 0;
    }
    stream.generations[number] = generation;
    return 1;
}

static void sleep_until(uint64_t due_ns) {
    struct timespec due = {.tv_sec = due_ns / 1000000000, .tv_nsec = due_ns % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
}

static void *run_writer(void *argument) {
    uint64_t writer = (uintptr_t)argument, own = stream.blocks / stream.writers;
    uint64_t random = 0x9e3779b97f4a7c15ull * (writer + 1);
    uint64_t *block = aligned_blocks(1);
    while (!atomic_load(&shared->stopping)) {
        uint64_t due = take_turn();
        if (due == 0) {
            usleep(20000);
            continue;
        }
        sleep_until(due);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint64_t number = random % own * stream.writers + writer;
        end_turn(due, number, write_next(block, number));
    }
    return NULL;
}

/* Writes that are due until now, written or not. */
static uint64_t offered(uint64_t now) {
    if (stream.rate == 0)
        return stream.issued;
    if (now >= stream.due_ns)
        return stream.issued + (now - stream.due_ns) * stream.rate / 1000000000ull + 1;
    uint64_t ahead = (stream.due_ns - now) * stream.rate / 1000000000ull;
    return stream.issued > ahead ? stream.issued - ahead : 0;
}

/* What does not fit the line stays for the next one. */
static void report(uint64_t number) {
    char buckets[LINE_BUCKETS_BYTES] = "";
    int length = 0;
    pthread_mutex_lock(&stream.turn);
    adopt_rate(now_ns());
    for (int i = 0; i < BUCKETS && length < LINE_BUCKETS_BYTES - 16; i++)
        if (stream.buckets[i] > 0) {
            length += sprintf(buckets + length, "%s%d:%llu", length > 0 ? "," : "", i,
                              (unsigned long long)stream.buckets[i]);
            stream.buckets[i] = 0;
        }
    uint64_t due = offered(now_ns()), done = stream.done, unique = stream.unique, worst = stream.worst_us;
    stream.worst_us = 0;
    pthread_mutex_unlock(&stream.turn);
    say("LOAD %llu due=%llu done=%llu unique=%llu worst_us=%llu h=%s;", (unsigned long long)number,
        (unsigned long long)due, (unsigned long long)done, (unsigned long long)unique, (unsigned long long)worst,
        buckets);
}

static void begin_mark(void) {
    pthread_mutex_lock(&stream.turn);
    stream.mark++;
    stream.unique = 0;
    pthread_mutex_unlock(&stream.turn);
    say("MARKED");
}

static uint64_t check_blocks(const uint64_t *blocks, uint64_t first, uint64_t count) {
    uint64_t checked = 0;
    for (uint64_t i = 0; i < count; i++) {
        const uint64_t *block = blocks + i * BLOCK_WORDS;
        uint32_t generation = stream.generations[first + i];
        if (generation == 0)
            continue;
        checked++;
        if (block[NUMBER] != first + i || block[GENERATION] != generation ||
            check_pattern(block, HEADER_WORDS, first + i, generation) >= 0)
            complain("stream block %llu: generation %u is not on the disk (found block %llu, generation %llu)",
                     (unsigned long long)(first + i), generation, (unsigned long long)block[NUMBER],
                     (unsigned long long)block[GENERATION]);
    }
    return checked;
}

/* Reads every block ever written; only while the rate is 0. */
static void check_all(void) {
    static uint64_t *blocks;
    uint64_t checked = 0;
    if (blocks == NULL)
        blocks = aligned_blocks(CHECK_BLOCKS);
    for (uint64_t first = 0; first < stream.blocks; first += CHECK_BLOCKS) {
        uint64_t count = stream.blocks - first < CHECK_BLOCKS ? stream.blocks - first : CHECK_BLOCKS;
        if (pread(stream.file, blocks, count * BLOCK_BYTES, first * BLOCK_BYTES) != (ssize_t)(count * BLOCK_BYTES))
            complain("stream block %llu: read failed: %s", (unsigned long long)first, strerror(errno));
        checked += check_blocks(blocks, first, count);
    }
    say("CHECKED blocks=%llu errors=%llu", (unsigned long long)checked, (unsigned long long)shared->errors);
}

static int idle(void) {
    pthread_mutex_lock(&stream.turn);
    adopt_rate(now_ns());
    int idle = stream.rate == 0 && stream.busy == 0;
    pthread_mutex_unlock(&stream.turn);
    return idle;
}

/* A file that came with the disk keeps its content, which then is part of what must be moved. */
static int open_span(const struct settings *settings) {
    char path[PATH_MAX];
    struct stat found;
    snprintf(path, sizeof path, "%s/stream", settings->data_folder);
    if (stat(path, &found) < 0 || (uint64_t)found.st_size != stream.blocks * BLOCK_BYTES)
        close(open_region(settings->data_folder, "stream", stream.blocks * BLOCK_BYTES));
    int file = open(path, O_RDWR | O_DIRECT);
    if (file < 0) {
        complain("%s: %s", path, strerror(errno));
        exit(1);
    }
    return file;
}

static void start_writers(void) {
    for (uintptr_t i = 0; i < stream.writers; i++) {
        pthread_t thread;
        pthread_attr_t small;
        pthread_attr_init(&small);
        pthread_attr_setstacksize(&small, 64 << 10); /* locked memory, of which a guest has little */
        if (pthread_create(&thread, &small, run_writer, (void *)i) != 0) {
            complain("a writer of the stream could not be started");
            exit(1);
        }
    }
}

void run_stream(const struct settings *settings) {
    stream.blocks = (uint64_t)settings->stream_mib * 256;
    stream.writers = settings->stream_writers < WRITERS_MAX ? settings->stream_writers : WRITERS_MAX;
    stream.generations = calloc(stream.blocks, sizeof *stream.generations);
    stream.marks = calloc(stream.blocks, sizeof *stream.marks);
    if (stream.generations == NULL || stream.marks == NULL)
        exit(1);
    stream.file = open_span(settings);
    /* Block writes must not wait for swap. */
    mlockall(MCL_CURRENT | MCL_FUTURE);
    start_writers();
    atomic_store(&shared->stream_ready, 1);
    uint32_t marks = 0, checks = 0;
    for (uint64_t number = 1; !atomic_load(&shared->stopping); number++) {
        usleep(REPORT_US);
        if (atomic_load(&shared->stream_marks) != marks) {
            marks = atomic_load(&shared->stream_marks);
            begin_mark();
        }
        report(number);
        if (atomic_load(&shared->stream_checks) != checks && idle()) {
            checks = atomic_load(&shared->stream_checks);
            check_all();
        }
    }
}

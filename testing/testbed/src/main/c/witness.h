/*
 * The witness of a migration: a guest program that would notice if one block, one page or one heartbeat went wrong.
 * Its parts are processes that share the counters below; see witness.c for who does what.
 */
#ifndef WITNESS_H
#define WITNESS_H

#define _GNU_SOURCE
#include <stdatomic.h>
#include <stdint.h>

enum { BLOCK_BYTES = 4096, BLOCK_WORDS = BLOCK_BYTES / 8 };

struct shared {
    _Atomic uint64_t heartbeats;      /* number of the last heartbeat sent */
    _Atomic uint64_t late;            /* heartbeats left out because the console did not take the one before */
    _Atomic uint64_t blocks_written;
    _Atomic uint64_t blocks_verified;
    _Atomic uint64_t pages_verified;
    _Atomic uint64_t pages_rewritten;
    _Atomic uint64_t errors;
    _Atomic uint64_t write_us_max;    /* longest synchronous write since the last heartbeat */
    _Atomic uint32_t write_rate;      /* blocks a second */
    _Atomic uint32_t page_rate;       /* pages a second */
    _Atomic uint32_t load_percent;    /* of one virtual processor */
    _Atomic uint32_t stream_rate;     /* blocks a second */
    _Atomic uint32_t stream_marks;    /* counts the commands `mark` */
    _Atomic uint32_t stream_checks;   /* counts the commands `check` */
    _Atomic int disk_ready;
    _Atomic int stream_ready;
    _Atomic int memory_ready;
    _Atomic int stopping;             /* work ends */
    _Atomic int silent;               /* heartbeats end */
    int console_pipe;                 /* write end; whole lines, at most PIPE_BUF bytes each */
};

struct settings {
    char data_folder[64];
    uint32_t heartbeat_rate; /* a second */
    uint32_t region_mib;     /* of the data disk */
    uint32_t memory_mib;     /* held and verified; 0: none */
    uint32_t fill_mib;       /* of swap filled once, beside the witness, and given back; 0: none */
    uint32_t stream_mib;     /* of the data disk; 0: no stream */
    uint32_t stream_writers;
};

extern struct shared *shared;

/* The parts; each is the whole life of one process. */
void run_disk(const struct settings *settings);
void run_memory(const struct settings *settings);
void run_load(void);
void run_stream(const struct settings *settings);
/* Writes to this much memory once and ends, so that what it had in swap is free again. */
void run_fill(uint32_t mib);
void run_heartbeat(const struct settings *settings, int tty, int console_pipe);

/* Sends one line to the console; drops it when the console is stuck, for nobody may wait on it. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for an error of verification, which is counted as well. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

uint64_t now_us(void);
void note_write(uint64_t started_us);

/*
 * Holds a loop that does `at_once` things in each turn to a rate a second that may change at any time. Time lost is
 * made up for by at most 50 ms of work.
 */
struct pacer {
    uint64_t due_us;
};
void pace(struct pacer *pacer, uint32_t rate, uint32_t at_once);

/* A preallocated file of the given size for direct synchronous writes, every block allocated; exits on failure. */
int open_region(const char *folder, const char *name, uint64_t bytes);
void *aligned_blocks(int count); /* zeroed */

/* Deterministic content: words from `first` on are a function of number, generation and position. */
void fill_pattern(uint64_t *words, int first, uint64_t number, uint64_t generation);
/* Position of the first word that differs, or -1. */
int check_pattern(const uint64_t *words, int first, uint64_t number, uint64_t generation);
uint64_t checksum(const uint64_t *words, int first);

#endif

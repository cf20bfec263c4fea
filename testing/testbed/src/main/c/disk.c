/*
 * Writes numbered, checksummed blocks to the data disk and verifies earlier ones, one for one. The generation every
 * block must have is kept in memory only, so a disk that is older than the memory is found out, and the other way round.
 */
#include "witness.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAGIC, NUMBER, GENERATION, CHECKSUM, HEADER_WORDS, RECENT = 16 };
static const uint64_t BLOCK_MAGIC = 0x6b636f6c42777244ull;

struct region {
    int file;
    uint64_t blocks;
    uint32_t *generations; /* 0: not yet written */
    uint64_t recent[RECENT];
    uint64_t writes;
    uint64_t random;
    uint64_t *buffer;
};

static uint64_t next_random(struct region *region) {
    uint64_t x = region->random;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return region->random = x;
}

static void write_block(struct region *region, uint64_t number) {
    uint64_t *block = region->buffer;
    uint32_t generation = region->generations[number] + 1;
    block[MAGIC] = BLOCK_MAGIC;
    block[NUMBER] = number;
    block[GENERATION] = generation;
    fill_pattern(block, HEADER_WORDS, number, generation);
    block[CHECKSUM] = checksum(block, HEADER_WORDS);
    uint64_t started = now_us();
    if (pwrite(region->file, block, BLOCK_BYTES, number * BLOCK_BYTES) != BLOCK_BYTES) {
        complain("block %llu: write failed: %s", (unsigned long long)number, strerror(errno));
        return;
    }
    note_write(started);
    region->generations[number] = generation;
    region->recent[region->writes++ % RECENT] = number;
    atomic_fetch_add(&shared->blocks_written, 1);
}

static void verify_block(struct region *region, uint64_t number) {
    uint64_t *block = region->buffer;
    unsigned long long n = number, generation = region->generations[number];
    if (pread(region->file, block, BLOCK_BYTES, number * BLOCK_BYTES) != BLOCK_BYTES) {
        complain("block %llu: read failed: %s", n, strerror(errno));
        return;
    }
    if (block[MAGIC] != BLOCK_MAGIC || block[NUMBER] != number)
        complain("block %llu: holds something else (magic %llx, number %llu)", n,
                 (unsigned long long)block[MAGIC], (unsigned long long)block[NUMBER]);
    else if (block[GENERATION] != generation)
        complain("block %llu: generation %llu, written was %llu", n, (unsigned long long)block[GENERATION], generation);
    else if (block[CHECKSUM] != checksum(block, HEADER_WORDS) ||
             check_pattern(block, HEADER_WORDS, number, generation) >= 0)
        complain("block %llu: content differs (generation %llu)", n, generation);
    atomic_fetch_add(&shared->blocks_verified, 1);
}

/* Half of the checks go to what was just written, which a bad switchover loses first; half to anything older. */
static void verify_one(struct region *region) {
    uint64_t recent = region->writes < RECENT ? region->writes : RECENT;
    if (recent == 0)
        return;
    uint64_t number = region->recent[next_random(region) % recent];
    if (region->writes % 2) {
        uint64_t any = next_random(region) % region->blocks;
        if (region->generations[any] != 0)
            number = any;
    }
    verify_block(region, number);
}

void run_disk(const struct settings *settings) {
    struct region region = {.blocks = (uint64_t)settings->region_mib * 256, .random = 0x2545f4914f6cdd1dull};
    region.file = open_region(settings->data_folder, "blocks", region.blocks * BLOCK_BYTES);
    region.buffer = aligned_blocks(1);
    region.generations = calloc(region.blocks, sizeof *region.generations);
    if (region.generations == NULL)
        exit(1);
    /* Block writes must not wait for swap: what they need stays in memory. */
    mlockall(MCL_CURRENT | MCL_FUTURE);
    atomic_store(&shared->disk_ready, 1);
    struct pacer pacer = {.due_us = now_us()};
    while (!atomic_load(&shared->stopping)) {
        uint32_t rate = atomic_load(&shared->write_rate);
        pace(&pacer, rate, 1);
        if (rate == 0)
            continue;
        write_block(&region, next_random(&region) % region.blocks);
        verify_one(&region);
    }
    close(region.file);
}

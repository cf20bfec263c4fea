/*
 * Holds more memory than the guest has, so that most of it is in swap, and goes through it over and over: every page
 * visited is verified, every second one is rewritten with a new generation. The generations themselves stay locked.
 */
#include "witness.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sysinfo.h>
#include <unistd.h>

enum { PAGE_NUMBER, PAGE_GENERATION, PAGE_HEADER_WORDS, VISITS_AT_ONCE = 16 };

static void write_page(uint64_t *page, uint64_t number, uint32_t generation) {
    page[PAGE_NUMBER] = number;
    page[PAGE_GENERATION] = generation;
    fill_pattern(page, PAGE_HEADER_WORDS, number, generation);
}

static void verify_page(const uint64_t *page, uint64_t number, uint32_t generation) {
    unsigned long long n = number;
    if (page[PAGE_NUMBER] != number || page[PAGE_GENERATION] != generation)
        complain("page %llu: holds page %llu generation %llu, written was generation %u", n,
                 (unsigned long long)page[PAGE_NUMBER], (unsigned long long)page[PAGE_GENERATION], generation);
    else {
        int word = check_pattern(page, PAGE_HEADER_WORDS, number, generation);
        if (word >= 0)
            complain("page %llu: word %d differs (generation %u)", n, word, generation);
    }
    atomic_fetch_add(&shared->pages_verified, 1);
}

static void *reserve(uint64_t bytes) {
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        complain("memory: %llu bytes cannot be reserved", (unsigned long long)bytes);
        exit(1);
    }
    return memory;
}

/* The number of pages is even: adding the round lets the two halves take turns at being rewritten. */
static void visit(uint64_t *memory, uint32_t *generations, uint64_t pages, uint64_t visits) {
    uint64_t number = visits % pages;
    uint64_t *page = memory + number * BLOCK_WORDS;
    verify_page(page, number, generations[number]);
    if ((visits + visits / pages) % 2 == 0) {
        write_page(page, number, ++generations[number]);
        atomic_fetch_add(&shared->pages_rewritten, 1);
    }
}

void run_memory(const struct settings *settings) {
    uint64_t pages = (uint64_t)settings->memory_mib * 256, visits = 0;
    uint64_t *memory = reserve(pages * BLOCK_BYTES);
    uint32_t *generations = reserve(pages * sizeof *generations);
    mlock(generations, pages * sizeof *generations);
    for (uint64_t number = 0; number < pages && !atomic_load(&shared->stopping); number++) {
        generations[number] = 1;
        write_page(memory + number * BLOCK_WORDS, number, 1);
    }
    atomic_store(&shared->memory_ready, 1);
    struct pacer pacer = {.due_us = now_us()};
    while (!atomic_load(&shared->stopping)) {
        uint32_t rate = atomic_load(&shared->page_rate);
        pace(&pacer, rate, VISITS_AT_ONCE);
        for (int i = 0; rate > 0 && i < VISITS_AT_ONCE && !atomic_load(&shared->stopping); i++)
            visit(memory, generations, pages, visits++);
    }
}

static uint64_t swap_used(void) {
    struct sysinfo info;
    sysinfo(&info);
    return (info.totalswap - info.freeswap) * (uint64_t)info.mem_unit;
}

/* So much more swap than was in use; how much memory that takes depends on what else the guest keeps. */
void run_fill(uint32_t mib) {
    struct sysinfo info;
    sysinfo(&info);
    uint64_t pages = (info.totalram + info.totalswap) * (uint64_t)info.mem_unit / BLOCK_BYTES, number = 0;
    uint64_t *memory = reserve(pages * BLOCK_BYTES), before = swap_used();
    while (number + 256 <= pages && swap_used() < before + ((uint64_t)mib << 20))
        for (uint64_t end = number + 256; number < end; number++)
            write_page(memory + number * BLOCK_WORDS, number, 1);
    say("FILLED swap_used_kib=%llu", (unsigned long long)(swap_used() - before) >> 10);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * makedumpfile for arm64 dumps that runs here: it takes the machine whose dumps it
 * reads from the macros of the compiler's own machine, and the headers of the system,
 * which do too, have been read by then. For measuring without an emulator in between.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <getopt.h>
#include <dirent.h>
#include <limits.h>
#include <ctype.h>
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <inttypes.h>
#include <time.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <sys/utsname.h>
#include <pthread.h>
#include <semaphore.h>
#include <dlfcn.h>
#include <byteswap.h>
#include <elf.h>
#include <libelf.h>
#include <gelf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <dwarf.h>
#include <zlib.h>
#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>
#include <lzo/lzo1x.h>
#include <endian.h>
#include <stdarg.h>
#include <stdbool.h>
#include <regex.h>
#undef __x86_64__

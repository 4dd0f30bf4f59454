// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the wedged CPUs of a vmcore were, by the names that the kernel in the
 * dump has for them. Done in the child that has the vmcore.
 */

#include "scan.h"

#include <inttypes.h>
#include <string.h>

#include "memory/protocol.h"

/* Different addresses that are asked for in one run of sdeistop-memory */
#define ADDRESSES_MAX	64

struct address {
	uint64_t pc;
	uint32_t nr_cpus;
	bool told;
	struct scan_place place;
};

struct addresses {
	struct address address[ADDRESSES_MAX];
	size_t nr;
	uint32_t nr_no_registers;	/* CPUs */
	uint32_t nr_other;		/* CPUs at further addresses */
};

/* ------------------------------------------------------------- what to ask */

static void add_cpu(struct addresses *list, const struct sdeistop_cpu *cpu)
{
	size_t i = 0;

	if (!cpu->has_regs) {
		list->nr_no_registers++;
		return;
	}
	while (i < list->nr && list->address[i].pc != cpu->regs.pc)
		i++;
	if (i == ADDRESSES_MAX) {
		list->nr_other++;
		return;
	}
	if (i == list->nr)
		list->address[list->nr++].pc = cpu->regs.pc;
	list->address[i].nr_cpus++;
}

/* ------------------------------------------------------------------ answers */

static void take_place(char *const field[], size_t nr, void *arg)
{
	struct addresses *list = arg;
	uint64_t pc;

	if (nr != 5 || strcmp(field[0], PROTOCOL_PLACE) || !memory_parse_hex(field[1], &pc))
		return;
	for (size_t i = 0; i < list->nr; i++) {
		struct scan_place *place = &list->address[i].place;

		if (list->address[i].pc != pc)
			continue;
		list->address[i].told = true;
		place->kind = SCAN_PLACE_OUTSIDE;
		if (!strcmp(field[2], PROTOCOL_UNKNOWN))
			return;
		place->kind = SCAN_PLACE_NAMED;
		snprintf(place->function, sizeof(place->function), "%s", field[2]);
		if (strcmp(field[4], PROTOCOL_UNKNOWN))
			snprintf(place->module, sizeof(place->module), "%s", field[4]);
		return;
	}
}

static void ask(struct addresses *list, const struct scan_item *item)
{
	char text[ADDRESSES_MAX * sizeof("0x0123456789abcdef")];
	const struct dump dump = { .path = (const char **)(uintptr_t)item->path,
				   .nr = item->nr_paths };
	const char *const words[] = { "places", text, NULL };
	enum scan_place_kind otherwise = SCAN_PLACE_NOT_READ;
	struct memory_end end;
	size_t length = 0;

	if (!list->nr)
		return;
	for (size_t i = 0; i < list->nr; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s0x%" PRIx64,
					   i ? "," : "", list->address[i].pc);
	if (!memory_cannot(&dump)) {
		memory_run(words, &dump, take_place, list, &end);
		if (end.outcome == MEMORY_TOLD || end.outcome == MEMORY_REFUSED)
			otherwise = SCAN_PLACE_NO_SYMBOLS;
	}
	for (size_t i = 0; i < list->nr; i++)
		if (!list->address[i].told)
			list->address[i].place.kind = otherwise;
}

/* ------------------------------------------------------------------- result */

/* @nr_cpus more at @place, which may be among them: several addresses are in one
 * function. False if there is no room for it. */
static bool add_place(struct scan_place place[], uint32_t *nr, const struct scan_place *one,
		      uint32_t nr_cpus)
{
	uint32_t i = 0;

	while (i < *nr && (place[i].kind != one->kind ||
			   strcmp(place[i].function, one->function) ||
			   strcmp(place[i].module, one->module)))
		i++;
	if (i == SCAN_PLACES_MAX)
		return false;
	if (i == *nr) {
		place[i] = *one;
		place[i].nr_cpus = 0;
		(*nr)++;
	}
	place[i].nr_cpus += nr_cpus;
	return true;
}

void scan_places_find(const struct sdeistop_report *report, const struct scan_item *item,
		      struct scan_place place[SCAN_PLACES_MAX], uint32_t *nr, uint32_t *nr_other)
{
	const struct scan_place no_registers = { .kind = SCAN_PLACE_NO_REGISTERS };
	struct addresses list = { 0 };

	for (size_t i = 0; i < report->nr_cpu; i++)
		if (sdeistop_cpu_wedged(&report->cpu[i]))
			add_cpu(&list, &report->cpu[i]);
	ask(&list, item);

	*nr = 0;
	*nr_other = list.nr_other;
	if (list.nr_no_registers)
		add_place(place, nr, &no_registers, list.nr_no_registers);
	for (size_t i = 0; i < list.nr; i++)
		if (!add_place(place, nr, &list.address[i].place, list.address[i].nr_cpus))
			*nr_other += list.address[i].nr_cpus;
}

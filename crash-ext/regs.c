// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The registers of one CPU, laid out as crash lays out an exception frame.
 */
#include "ext.h"

static const char *mode_name(ulong pstate)
{
	static const char *const mode[16] = {
		[0x0] = "EL0t", [0x4] = "EL1t", [0x5] = "EL1h", [0x8] = "EL2t", [0x9] = "EL2h",
	};
	const char *name = mode[pstate & 0xf];

	if (pstate & 0x10)
		return "AArch32";
	return name ? name : "?";
}

/* PSTATE.DAIF as the kernel prints it: a capital is masked */
static char *daif_name(ulong pstate, char *buf)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		buf[i] = (pstate & 1UL << (9 - i) ? "DAIF" : "daif")[i];
	buf[4] = '\0';
	return buf;
}

static void print_address(const char *name, ulong address, bool kernel, const struct style *style)
{
	char buf[BUFSIZE] = "";

	if (kernel)
		symbol_name(address, false, style, buf);
	fprintf(fp, "%7s: %016lx", name, address);
	if (*buf)
		fprintf(fp, "  [%s]", buf);
	fprintf(fp, "\n");
}

void regs_print(const struct sdeistop_regs *regs, const struct style *style)
{
	ulong pstate = regs->pstate;
	char daif[5];
	int i;

	print_address("PC", regs->pc, !user_mode(regs), style);
	print_address("LR", regs->x[30], !user_mode(regs), style);
	fprintf(fp, "%7s: %016lx  PSTATE: %08lx  (%s %s)\n", "SP", (ulong)regs->sp, pstate,
		mode_name(pstate), daif_name(pstate, daif));
	for (i = 29; i >= 0; i--)
		fprintf(fp, "%*sX%d: %016lx%s", (i % 3 == 2 ? 4 : 2) + (i < 10), "", i,
			(ulong)regs->x[i], i % 3 ? "" : "\n");
}

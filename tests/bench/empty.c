// SPDX-License-Identifier: GPL-2.0-or-later
/* Nothing, linked as the command is: what a process costs before it does anything */

int main(void)
{
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What LKDTM cannot do to a CPU, for the end-to-end tests only.
 *
 * A command with up to two numbers, written to the file cpustop_test of
 * debugfs, acts on the CPU that writes it: pin the writer. Commands that wedge
 * a CPU do not return. The module stays loaded.
 *
 * Everything that the kernel does not export is looked up at run time, so that
 * the same module serves kernels with and without the series.
 */

#include <linux/arm_sdei.h>
#include <linux/arm-smccc.h>
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hardirq.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/panic.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/serial_core.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <asm/processor.h>
#include <asm/sysreg.h>

/* Of the series, which not every kernel under test has */
#define STATE_FREE	0
#define STATE_CLOSED	4
#define SDEI_FN_EVENT_SIGNAL	SDEI_1_0_FN(0x0F)
#define SIGNAL_ENABLED		BIT(0)
#define SIGNAL_REQUEST_STOP	BIT(8)

#define PANIC_CPU_NONE	(-1)

/* No wait is longer than this */
#define WAIT_SECONDS	60

/* Not in every config, and a private matter of the driver's where it is */
typedef void (*firmware_call_t)(unsigned long function, unsigned long arg0,
				unsigned long arg1, unsigned long arg2,
				unsigned long arg3, unsigned long arg4,
				struct arm_smccc_res *res);

/* Read out of the vmcore: signals that firmware was asked for, by CPU */
static u32 cpustop_test_signals[NR_CPUS];

static unsigned long (*lookup_name)(const char *name);
static struct dentry *file;

static void *lookup(const char *name)
{
	void *address = (void *)lookup_name(name);

	if (!address)
		pr_err("cpustop_test: this kernel has no %s\n", name);

	return address;
}

static int find_lookup_name(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	int err;

	err = register_kprobe(&probe);
	if (err)
		return err;
	lookup_name = (void *)probe.addr;
	unregister_kprobe(&probe);

	return 0;
}

/* Wait until a word is, or is no longer, some value; false if that is too long */
static bool wait_until(const atomic_t *word, int value, bool is)
{
	unsigned long us;

	for (us = 0; us < WAIT_SECONDS * USEC_PER_SEC; us++) {
		if ((atomic_read(word) == value) == is)
			return true;
		udelay(1);
	}

	return false;
}

static noinline void cpustop_test_spin(void)
{
	for (;;)
		cpu_relax();
}

/* ------------------------------------------------------- ways to be wedged */

static int wedge_daif(unsigned int a, unsigned int b)
{
	preempt_disable();
	asm volatile("msr daifset, #0xf" : : : "memory");
	cpustop_test_spin();

	return 0;
}

/*
 * The spin with a lock held. Its name is what the tests look for: a CPU found
 * here has got the lock.
 */
static noinline void spin_holding_rqlock(void (*lock)(void *, int), void *rq)
{
	lock(rq, 0);
	for (;;)
		cpu_relax();
}

static noinline void spin_holding_portlock(struct uart_port *port)
{
	spin_lock(&port->lock);
	for (;;)
		cpu_relax();
}

/*
 * Both take their lock when a panic has begun. Earlier, and what looks after
 * the guest would run into it, long before the panic does.
 */
static int wedge_rqlock(unsigned int a, unsigned int b)
{
	void *runqueues = lookup("runqueues");
	void *lock = lookup("raw_spin_rq_lock_nested");
	atomic_t *panic_cpu = lookup("panic_cpu");

	if (!runqueues || !lock || !panic_cpu)
		return -ENOENT;

	local_irq_disable();
	while (atomic_read(panic_cpu) == PANIC_CPU_NONE)
		cpu_relax();
	spin_holding_rqlock(lock, per_cpu_ptr((void __percpu *)runqueues, smp_processor_id()));

	return 0;
}

static int wedge_portlock(unsigned int a, unsigned int b)
{
	struct uart_driver *driver = lookup("amba_reg");
	atomic_t *panic_cpu = lookup("panic_cpu");

	if (!driver || !panic_cpu)
		return -ENOENT;

	local_irq_disable();
	while (atomic_read(panic_cpu) == PANIC_CPU_NONE)
		cpu_relax();
	spin_holding_portlock(driver->state[0].uart_port);

	return 0;
}

/*
 * Returns: whatever this CPU does next, user mode included, it does without
 * interrupts. Those of firmware, of another group, still come.
 */
static int deafen(unsigned int a, unsigned int b)
{
	write_sysreg_s(0, SYS_ICC_IGRPEN1_EL1);
	isb();

	return 0;
}

/*
 * A spin that takes no time of the host's: where no interrupt is pending a CPU
 * stays in WFI, and QEMU's thread of it sleeps.
 */
static noinline void cpustop_test_sleep(void)
{
	deafen(0, 0);
	for (;;)
		wfi();
}

static int wedge_asleep(unsigned int a, unsigned int b)
{
	local_irq_disable();
	cpustop_test_sleep();

	return 0;
}

static DEFINE_SPINLOCK(held_lock);

static noinline void sleep_holding_lock(void)
{
	spin_lock(&held_lock);
	cpustop_test_sleep();
}

static int wedge_lock_holder(unsigned int a, unsigned int b)
{
	local_irq_disable();
	sleep_holding_lock();

	return 0;
}

/* On its own, for its name; it never gets the lock */
static noinline void wait_for_lock(void)
{
	spin_lock(&held_lock);
}

static int wedge_lock_waiter(unsigned int a, unsigned int b)
{
	local_irq_disable();
	while (!spin_is_locked(&held_lock))
		cpu_relax();
	wait_for_lock();

	return 0;
}

static void sleep_in_interrupt(struct irq_work *work)
{
	cpustop_test_sleep();
}

static struct irq_work wedging_work = IRQ_WORK_INIT_HARD(sleep_in_interrupt);

/* The interrupt comes at once, and finds a stack of its own above this one */
static int wedge_interrupt(unsigned int a, unsigned int b)
{
	preempt_disable();
	irq_work_queue(&wedging_work);
	cpustop_test_spin();

	return 0;
}

/* Deaf until the verdict about this CPU is written, then open to the stop IPI */
static int wedge_late(unsigned int a, unsigned int b)
{
	void *states = lookup("cpustop_state");

	if (!states)
		return -ENOENT;

	local_irq_disable();
	wait_until(per_cpu_ptr((atomic_t __percpu *)states, smp_processor_id()),
		   STATE_CLOSED, true);
	local_irq_enable();
	cpustop_test_spin();

	return 0;
}

/* ------------------------------------- a CPU that never gets to its power-off */

static unsigned int stuck_cpu;

/*
 * Not a hotplug callback of the DYING range: there all other CPUs wait for
 * this one with interrupts off.
 */
static int stuck_probed(struct kprobe *probe, struct pt_regs *regs)
{
	if (raw_smp_processor_id() == stuck_cpu)
		cpustop_test_spin();

	return 0;
}

static struct kprobe stuck_probe = {
	.symbol_name	= "arch_cpu_idle_dead",
	.pre_handler	= stuck_probed,
};

static int stuck_in_unplug(unsigned int cpu, unsigned int b)
{
	stuck_cpu = cpu;

	return register_kprobe(&stuck_probe);
}

/* ------------------------------------------------------------ ways to panic */

/* The panic comes first here; /proc/sysrq-trigger prints before it */
static int do_panic(unsigned int a, unsigned int b)
{
	panic("cpustop_test: panic");
}

static atomic_t followers;

/* To the panicking CPU this is one that panics at the same instant */
static int panic_after(unsigned int a, unsigned int b)
{
	atomic_t *panic_cpu = lookup("panic_cpu");

	if (!panic_cpu)
		return -ENOENT;

	local_irq_disable();
	atomic_inc(&followers);
	if (wait_until(panic_cpu, PANIC_CPU_NONE, false))
		panic("cpustop_test: panic of CPU %u, which lost the race", smp_processor_id());
	local_irq_enable();

	return -ETIMEDOUT;
}

static unsigned int online_without_followers;

/* The stop begins when those that lost have stopped, not sometimes before that */
static int crash_probed(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int ms;

	for (ms = 0; ms < WAIT_SECONDS * MSEC_PER_SEC; ms++) {
		if (num_online_cpus() <= online_without_followers)
			break;
		mdelay(1);
	}

	return 0;
}

static struct kprobe crash_probe = {
	.symbol_name	= "__crash_kexec",
	.pre_handler	= crash_probed,
};

/* Before any CPU is wedged: a probe is set with the help of all */
static int let_followers_stop(unsigned int others, unsigned int b)
{
	online_without_followers = num_online_cpus() - others;

	return register_kprobe(&crash_probe);
}

/* Sleeps, for the others may still be on their way from this CPU to theirs */
static int panic_before(unsigned int others, unsigned int b)
{
	unsigned int ms;

	for (ms = 0; ms < WAIT_SECONDS * MSEC_PER_SEC; ms++) {
		if (atomic_read(&followers) == others)
			panic("cpustop_test: panic");
		usleep_range(1000, 1500);
	}

	return -ETIMEDOUT;
}

/* All CPUs are stopped by the time that restart handlers are called. */
static int restart_panics(struct notifier_block *nb, unsigned long action, void *data)
{
	panic("cpustop_test: panic on the way to the restart");
}

static struct notifier_block restart_handler = {
	.notifier_call	= restart_panics,
	.priority	= 255,
};

static int panic_in_restart(unsigned int a, unsigned int b)
{
	return register_restart_handler(&restart_handler);
}

/*
 * Deaf, until the restart has stopped the CPUs that it could, and waits for the
 * rest. Of those that are sent here the first one panics then, the others stay.
 */
static int panic_on_restart(unsigned int a, unsigned int b)
{
	static struct cpumask here;
	unsigned int ms, online = num_online_cpus();

	local_irq_disable();
	cpumask_set_cpu(smp_processor_id(), &here);
	for (ms = 0; ms < WAIT_SECONDS * MSEC_PER_SEC; ms++) {
		if (num_online_cpus() < online)
			break;
		mdelay(1);
	}
	if (cpumask_first(&here) == smp_processor_id() && ms < WAIT_SECONDS * MSEC_PER_SEC) {
		mdelay(200);
		panic("cpustop_test: panic while the machine restarts");
	}
	while (num_online_cpus() < online)
		cpu_relax();
	local_irq_enable();

	return -ETIMEDOUT;
}

/* What the driver of AGDI, a diagnostic dump by SDEI event, does */
static int event_panics(u32 event, struct pt_regs *regs, void *arg)
{
	nmi_panic(regs, "cpustop_test: panic in an SDEI event");

	return 0;
}

static int panic_in_event(unsigned int a, unsigned int b)
{
	int (*unregister)(u32 event) = lookup("sdei_event_unregister");
	int (*reg)(u32 event, sdei_event_callback *cb, void *arg) = lookup("sdei_event_register");
	int (*enable)(u32 event) = lookup("sdei_event_enable");
	int err;

	if (!unregister || !reg || !enable)
		return -ENOENT;

	err = unregister(0);
	if (!err)
		err = reg(0, event_panics, NULL);
	if (!err)
		err = enable(0);

	return err;
}

static int signal_event(unsigned int cpu, unsigned int b)
{
	int (*signal)(unsigned int cpu, u32 requests, s64 *fw_ret) = lookup("sdei_event_signal");
	s64 fw_ret;

	if (!signal)
		return -ENOENT;

	return signal(cpu, SIGNAL_REQUEST_STOP, &fw_ret);
}

/* ------------------------------------------------------------ what goes wrong */

static firmware_call_t firmware_call;
static u64 (*cpu_to_mpidr)(unsigned int cpu);
static int failing_cpu = -1;
static long failing_value;

/* In the place of the driver's own pointer: counts, and answers for firmware */
static void counting_firmware_call(unsigned long function, unsigned long arg0,
				   unsigned long arg1, unsigned long arg2,
				   unsigned long arg3, unsigned long arg4,
				   struct arm_smccc_res *res)
{
	unsigned int cpu;

	if (function == SDEI_FN_EVENT_SIGNAL) {
		for_each_possible_cpu(cpu) {
			if (cpu_to_mpidr(cpu) != arg1)
				continue;
			cpustop_test_signals[cpu]++;
			if (cpu == failing_cpu) {
				res->a0 = failing_value;
				return;
			}
		}
	}

	firmware_call(function, arg0, arg1, arg2, arg3, arg4, res);
}

static int count_signals(unsigned int a, unsigned int b)
{
	firmware_call_t *pointer = lookup("sdei_firmware_call");

	cpu_to_mpidr = lookup("cpu_logical_map");
	if (!pointer || !cpu_to_mpidr)
		return -ENOENT;
	if (!*pointer)
		return -ENODEV;
	if (*pointer == counting_firmware_call)
		return 0;

	firmware_call = *pointer;
	WRITE_ONCE(*pointer, counting_firmware_call);

	return 0;
}

/* SDEI_EVENT_SIGNAL for @cpu is answered with minus @error */
static int fail_signal(unsigned int cpu, unsigned int error)
{
	failing_cpu = cpu;
	failing_value = -(long)error;

	return count_signals(0, 0);
}

static void disable_event_here(void *error)
{
	atomic_t __percpu *state = (atomic_t __percpu *)lookup_name("sdei_signal_state");
	struct arm_smccc_res res;

	atomic_andnot(SIGNAL_ENABLED, this_cpu_ptr(state));
	firmware_call(SDEI_1_0_FN_SDEI_EVENT_DISABLE, 0, 0, 0, 0, 0, &res);
	*(long *)error = res.a0;
}

/*
 * Event 0 disabled on one CPU, for firmware and for the driver. TF-A before
 * v2.13 asserts when such a CPU is signalled.
 */
static int disable_event(unsigned int cpu, unsigned int b)
{
	long error;
	int err;

	if (!lookup("sdei_signal_state"))
		return -ENOENT;
	err = count_signals(0, 0);
	if (!err)
		err = smp_call_function_single(cpu, disable_event_here, &error, true);

	return err ?: error;
}

/* --------------------------------------------------------- an event held open */

static unsigned int held_cpu;
static atomic_t *held_state;

/* Read out of the vmcore: how often an event was held */
static u32 cpustop_test_held;

/*
 * What a backtrace calls before it prints, for the lock that it prints under:
 * with that held, the panic would not get as far as to stop anybody.
 */
static int backtrace_probed(struct kprobe *probe, struct pt_regs *regs)
{
	if (in_nmi() && raw_smp_processor_id() == held_cpu) {
		cpustop_test_held++;
		wait_until(held_state, STATE_FREE, false);
	}

	return 0;
}

static struct kprobe backtrace_probe = {
	.symbol_name	= "__printk_cpu_sync_try_get",
	.pre_handler	= backtrace_probed,
};

static int hold_backtrace(unsigned int cpu, unsigned int b)
{
	void *states = lookup("cpustop_state");

	if (!states)
		return -ENOENT;
	held_cpu = cpu;
	held_state = per_cpu_ptr((atomic_t __percpu *)states, cpu);

	return register_kprobe(&backtrace_probe);
}

/* ---------------------------------------------- what lockup detectors look for */

static int spin(void *unused)
{
	preempt_disable();
	while (!kthread_should_stop())
		cpu_relax();
	preempt_enable();

	return 0;
}

/* A task that keeps @cpu to itself. It takes its interrupts. */
static int soft_lockup(unsigned int cpu, unsigned int b)
{
	return PTR_ERR_OR_ZERO(kthread_run_on_cpu(spin, NULL, cpu, "spin/%u"));
}

static int hang(void *unused)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule();

	return 0;
}

/* A task that waits for what never comes */
static int hung_task(unsigned int a, unsigned int b)
{
	return PTR_ERR_OR_ZERO(kthread_run(hang, NULL, "hang"));
}

/* ----------------------------------------------------------------- commands */

static const struct command {
	const char *name;
	int (*run)(unsigned int a, unsigned int b);
} commands[] = {
	{ "daif",		wedge_daif },
	{ "rqlock",		wedge_rqlock },
	{ "portlock",		wedge_portlock },
	{ "lock-holder",	wedge_lock_holder },
	{ "lock-waiter",	wedge_lock_waiter },
	{ "interrupt",		wedge_interrupt },
	{ "deafen",		deafen },
	{ "asleep",		wedge_asleep },
	{ "late",		wedge_late },
	{ "stuck-in-unplug",	stuck_in_unplug },
	{ "panic",		do_panic },
	{ "panic-after",	panic_after },
	{ "let-followers-stop",	let_followers_stop },
	{ "panic-before",	panic_before },
	{ "panic-on-restart",	panic_on_restart },
	{ "panic-in-restart",	panic_in_restart },
	{ "panic-in-event",	panic_in_event },
	{ "signal",		signal_event },
	{ "count-signals",	count_signals },
	{ "fail-signal",	fail_signal },
	{ "disable-event",	disable_event },
	{ "hold-backtrace",	hold_backtrace },
	{ "soft-lockup",	soft_lockup },
	{ "hung-task",		hung_task },
};

static ssize_t command_write(struct file *f, const char __user *buf, size_t count, loff_t *pos)
{
	unsigned int a = 0, b = 0, i;
	char line[64] = "", name[32];
	int err;

	if (count >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, buf, count))
		return -EFAULT;
	if (sscanf(line, "%31s %u %u", name, &a, &b) < 1)
		return -EINVAL;
	if (a >= nr_cpu_ids)
		return -EINVAL;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!strcmp(name, commands[i].name)) {
			err = commands[i].run(a, b);
			return err ? err : count;
		}
	}

	return -EINVAL;
}

static const struct file_operations command_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= command_write,
};

static int __init cpustop_test_init(void)
{
	int err;

	err = find_lookup_name();
	if (err)
		return err;

	file = debugfs_create_file_unsafe("cpustop_test", 0200, NULL, NULL, &command_fops);

	return PTR_ERR_OR_ZERO(file);
}

/* No exit: what it did to the kernel it cannot undo. */
module_init(cpustop_test_init);

MODULE_DESCRIPTION("Wedges CPUs and breaks stops for the tests of CPUSTOP notes");
MODULE_LICENSE("GPL");

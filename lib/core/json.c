// SPDX-License-Identifier: GPL-2.0-or-later
/* The document "sdeistop/1". Keys are an interface: they are only added to. */

#include "internal.h"
#include "writer.h"

#include <string.h>

#define SCHEMA	"sdeistop/1"

static void write_kernel(struct sdeistop_writer *w, const struct sdeistop_report *report)
{
	sdeistop_write_open(w, "kernel", '{', true);
	if (report->release[0])
		sdeistop_write_string(w, "release", report->release);
	else
		sdeistop_write_null(w, "release");
	if (report->source.machine)
		sdeistop_write_string(w, "machine", report->source.machine);
	else
		sdeistop_write_null(w, "machine");
	if (report->crash_time >= 0)
		sdeistop_write_int(w, "crash_time", report->crash_time);
	else
		sdeistop_write_null(w, "crash_time");
	sdeistop_write_close(w, '}');
}

static void write_class(struct sdeistop_writer *w, const char *key,
			const struct sdeistop_report *report,
			bool (*is)(const struct sdeistop_cpu *cpu))
{
	sdeistop_write_open(w, key, '[', true);
	for (size_t i = 0; i < report->nr_cpu; i++)
		if (is(&report->cpu[i]))
			sdeistop_write_int(w, NULL, report->cpu[i].note.cpu);
	sdeistop_write_close(w, ']');
}

static void write_counts(struct sdeistop_writer *w, const struct sdeistop_report *report)
{
	sdeistop_write_open(w, "cpus", '{', true);
	/* Without a record nobody has told: null, not 0. */
	if (report->nr_cpu) {
		sdeistop_write_int(w, "present", report->nr_present);
		sdeistop_write_int(w, "online", report->nr_online);
	} else {
		sdeistop_write_null(w, "present");
		sdeistop_write_null(w, "online");
	}
	sdeistop_write_int(w, "records", report->nr_records);
	sdeistop_write_int(w, "with_regs", report->nr_with_regs);
	sdeistop_write_int(w, "prstatus", report->nr_prstatus);
	write_class(w, "wedged", report, sdeistop_cpu_wedged);
	write_class(w, "not_stopped", report, sdeistop_cpu_running);
	write_class(w, "offline", report, sdeistop_cpu_offline);
	sdeistop_write_close(w, '}');
}

static void write_rungs(struct sdeistop_writer *w, const struct sdeistop_report *report,
			unsigned int rungs)
{
	sdeistop_write_open(w, "rungs", '[', true);
	if (rungs & CPUSTOP_RUNG_IPI)
		sdeistop_write_string(w, NULL, "ipi");
	if (rungs & CPUSTOP_RUNG_NMI)
		sdeistop_write_string(w, NULL, "nmi");
	if (rungs & CPUSTOP_RUNG_FIRMWARE)
		sdeistop_write_string(w, NULL, sdeistop_method_name(CPUSTOP_METHOD_FIRMWARE,
								    report->source.machine));
	sdeistop_write_close(w, ']');
}

static void write_regs(struct sdeistop_writer *w, const struct sdeistop_cpu *cpu, bool all)
{
	static const char *const keys[] = { "pc", "sp", "lr", "pstate" };
	const uint64_t values[] = {
		cpu->regs.pc, cpu->regs.sp, cpu->regs.x[30], cpu->regs.pstate,
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		if (cpu->has_regs)
			sdeistop_write_hex(w, keys[i], values[i]);
		else
			sdeistop_write_null(w, keys[i]);
	}
	if (!all)
		return;
	if (!cpu->has_regs) {
		sdeistop_write_null(w, "x");
		return;
	}
	sdeistop_write_open(w, "x", '[', true);
	for (size_t i = 0; i < sizeof(cpu->regs.x) / sizeof(*cpu->regs.x); i++)
		sdeistop_write_hex(w, NULL, cpu->regs.x[i]);
	sdeistop_write_close(w, ']');
}

static void write_flags(struct sdeistop_writer *w, unsigned int flags)
{
	sdeistop_write_bool(w, "early", flags & CPUSTOP_F_EARLY);
	sdeistop_write_bool(w, "late", flags & CPUSTOP_F_LATE);
	sdeistop_write_bool(w, "event_open", flags & CPUSTOP_F_EVENT_OPEN);
	sdeistop_write_bool(w, "by_stopper", flags & CPUSTOP_F_BY_STOPPER);
	sdeistop_write_bool(w, "error_psci", flags & CPUSTOP_F_ERROR_PSCI);
}

static void write_known(struct sdeistop_writer *w, const char *key, const char *string)
{
	if (string)
		sdeistop_write_string(w, key, string);
	else
		sdeistop_write_null(w, key);
}

static void write_call(struct sdeistop_writer *w, const struct sdeistop_call *call)
{
	sdeistop_write_open(w, NULL, '{', true);
	sdeistop_write_hex(w, "pc", call->pc);
	write_known(w, "kind", call->kind);
	write_known(w, "function", call->function);
	if (call->function)
		sdeistop_write_int(w, "offset", (int64_t)call->offset);
	else
		sdeistop_write_null(w, "offset");
	if (call->function && call->size)
		sdeistop_write_int(w, "size", (int64_t)call->size);
	else
		sdeistop_write_null(w, "size");
	write_known(w, "module", call->module);
	write_known(w, "file", call->file);
	if (call->file)
		sdeistop_write_int(w, "line", call->line);
	else
		sdeistop_write_null(w, "line");
	sdeistop_write_close(w, '}');
}

static void write_no_backtrace(struct sdeistop_writer *w)
{
	sdeistop_write_null(w, "backtrace");
	sdeistop_write_null(w, "backtrace_end");
}

static void write_backtrace(struct sdeistop_writer *w, unsigned int cpu,
			    const struct sdeistop_document *document)
{
	struct sdeistop_calls calls;

	if (!document->calls || !document->calls(cpu, &calls, document->calls_arg)) {
		write_no_backtrace(w);
		return;
	}
	sdeistop_write_open(w, "backtrace", '[', false);
	for (size_t i = 0; i < calls.nr; i++)
		write_call(w, &calls.call[i]);
	sdeistop_write_close(w, ']');
	write_known(w, "backtrace_end", calls.end);
}

static void write_cpu(struct sdeistop_writer *w, const struct sdeistop_report *report,
		      const struct sdeistop_cpu *cpu, const struct sdeistop_document *document)
{
	const struct cpustop_note *note = &cpu->note;

	sdeistop_write_open(w, NULL, '{', false);
	sdeistop_write_int(w, "cpu", note->cpu);
	sdeistop_write_hex(w, "hwid", note->hwid);
	sdeistop_write_string(w, "method", sdeistop_method_name(note->method,
								report->source.machine));
	sdeistop_write_string(w, "disposition", sdeistop_disposition_name(note->disposition));
	write_rungs(w, report, note->rungs);
	if (note->flags & CPUSTOP_F_IRQS_KNOWN)
		sdeistop_write_bool(w, "irqs_masked", note->flags & CPUSTOP_F_IRQS_MASKED);
	else
		sdeistop_write_null(w, "irqs_masked");
	sdeistop_write_bool(w, "regs_valid", cpu->has_regs);
	sdeistop_write_int(w, "error", note->error);
	sdeistop_write_int(w, "requested_us", note->requested);
	sdeistop_write_int(w, "acked_us", note->acked);
	sdeistop_write_int(w, "pid", note->pid);
	sdeistop_write_hex(w, "task", note->task);
	write_regs(w, cpu, document->regs);
	write_flags(w, note->flags);
	sdeistop_write_bool(w, "inferred", false);
	if (document->backtraces)
		write_backtrace(w, note->cpu, document);
	sdeistop_write_close(w, '}');
}

/* The same keys as of a CPU with a record: what the log does not say is null */
static void write_inferred_cpu(struct sdeistop_writer *w, const struct sdeistop_report *report,
			       const struct sdeistop_inferred_cpu *cpu,
			       const struct sdeistop_document *document)
{
	static const char *const unknown[] = {
		"task", "pc", "sp", "lr", "pstate", "x",
		"early", "late", "event_open", "by_stopper", "error_psci",
	};

	sdeistop_write_open(w, NULL, '{', false);
	sdeistop_write_int(w, "cpu", cpu->cpu);
	sdeistop_write_null(w, "hwid");
	if (cpu->has_method)
		sdeistop_write_string(w, "method", sdeistop_method_name(cpu->method,
									report->source.machine));
	else
		sdeistop_write_null(w, "method");
	if (cpu->disposition)
		sdeistop_write_string(w, "disposition",
				      sdeistop_disposition_name(cpu->disposition));
	else
		sdeistop_write_null(w, "disposition");
	write_rungs(w, report, cpu->rungs);
	sdeistop_write_null(w, "irqs_masked");
	sdeistop_write_bool(w, "regs_valid", false);
	sdeistop_write_null(w, "error");
	sdeistop_write_null(w, "requested_us");
	sdeistop_write_null(w, "acked_us");
	if (cpu->has_pid)
		sdeistop_write_int(w, "pid", cpu->pid);
	else
		sdeistop_write_null(w, "pid");
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		if (document->regs || strcmp(unknown[i], "x"))
			sdeistop_write_null(w, unknown[i]);
	sdeistop_write_bool(w, "inferred", true);
	if (document->backtraces)
		write_no_backtrace(w);
	sdeistop_write_close(w, '}');
}

static void write_inferred_cpus(struct sdeistop_writer *w, const struct sdeistop_report *report,
				const struct sdeistop_document *document)
{
	const struct sdeistop_inference *inference = report->inference;

	for (size_t i = 0; inference && i < inference->nr_cpu; i++) {
		const struct sdeistop_inferred_cpu *cpu = &inference->cpu[i];

		if (!document->select || document->select(cpu->cpu, document->arg))
			write_inferred_cpu(w, report, cpu, document);
	}
}

/* Keys that only a report has of which somebody wanted to infer something */
static void write_inference(struct sdeistop_writer *w, const struct sdeistop_report *report)
{
	const struct sdeistop_inference *inference = report->inference;

	if (report->not_inferred[0])
		sdeistop_write_string(w, "not_inferred", report->not_inferred);
	if (!inference)
		return;
	sdeistop_write_open(w, "inferred", '{', false);
	sdeistop_write_string(w, "panic", inference->panic);
	sdeistop_write_open(w, "lines", '[', false);
	for (size_t i = 0; i < inference->nr_lines; i++)
		sdeistop_write_string(w, NULL, inference->line[i]);
	sdeistop_write_close(w, ']');
	sdeistop_write_close(w, '}');
}

static void write_problems(struct sdeistop_writer *w, const struct sdeistop_report *report)
{
	sdeistop_write_open(w, "problems", '[', false);
	for (size_t i = 0; i < report->nr_problems; i++) {
		const struct sdeistop_problem *problem = &report->problem[i];

		sdeistop_write_open(w, NULL, '{', true);
		sdeistop_write_string(w, "code", sdeistop_problem_name(problem->code));
		if (problem->cpu >= 0)
			sdeistop_write_int(w, "cpu", problem->cpu);
		else
			sdeistop_write_null(w, "cpu");
		sdeistop_write_string(w, "text", problem->text);
		sdeistop_write_close(w, '}');
	}
	sdeistop_write_close(w, ']');
}

void sdeistop_report_document(const struct sdeistop_report *report,
			      const struct sdeistop_document *document, FILE *out)
{
	struct sdeistop_writer w;

	sdeistop_writer_init(&w, document->pretty, out);
	sdeistop_write_open(&w, NULL, '{', false);
	sdeistop_write_string(&w, "schema", SCHEMA);
	sdeistop_write_string(&w, "file", report->source.file ? report->source.file : "");
	if (report->source.format)
		sdeistop_write_string(&w, "format", report->source.format);
	else
		sdeistop_write_null(&w, "format");
	if (report->triage)
		sdeistop_write_bool(&w, "triage", true);
	if (report->source.nr_parts) {
		sdeistop_write_open(&w, "split", '{', true);
		sdeistop_write_int(&w, "parts", report->source.nr_parts);
		sdeistop_write_hex(&w, "frames", report->source.split.frames);
		sdeistop_write_close(&w, '}');
	}
	sdeistop_write_string(&w, "verdict", sdeistop_verdict_name(report->verdict));
	write_kernel(&w, report);
	write_counts(&w, report);
	sdeistop_write_open(&w, "cpu", '[', false);
	for (size_t i = 0; i < report->nr_cpu; i++) {
		const struct sdeistop_cpu *cpu = &report->cpu[i];

		if (!document->select || document->select(cpu->note.cpu, document->arg))
			write_cpu(&w, report, cpu, document);
	}
	write_inferred_cpus(&w, report, document);
	sdeistop_write_close(&w, ']');
	write_inference(&w, report);
	write_problems(&w, report);
	sdeistop_write_comparison(&w, report);
	if (document->backtraces) {
		write_known(&w, "backtrace_error", document->backtrace_error);
		sdeistop_write_int(&w, "backtraces_left_out", document->backtraces_left_out);
	}
	sdeistop_write_close(&w, '}');
	sdeistop_writer_finish(&w);
}

void sdeistop_report_json_cpus(const struct sdeistop_report *report, sdeistop_select_fn select,
			       void *arg, bool regs, bool pretty, FILE *out)
{
	const struct sdeistop_document document = {
		.select = select, .arg = arg, .regs = regs, .pretty = pretty,
	};

	sdeistop_report_document(report, &document, out);
}

void sdeistop_report_json(const struct sdeistop_report *report, bool pretty, FILE *out)
{
	sdeistop_report_json_cpus(report, NULL, NULL, false, pretty, out);
}

void sdeistop_error_json(const char *file, const struct sdeistop_error *error, bool pretty,
			 FILE *out)
{
	struct sdeistop_writer w;

	sdeistop_writer_init(&w, pretty, out);
	sdeistop_write_open(&w, NULL, '{', false);
	sdeistop_write_string(&w, "schema", SCHEMA);
	sdeistop_write_string(&w, "file", file);
	sdeistop_write_open(&w, "error", '{', true);
	sdeistop_write_string(&w, "code", sdeistop_error_name(error->code));
	sdeistop_write_string(&w, "text", error->text);
	if (error->offset >= 0)
		sdeistop_write_int(&w, "offset", error->offset);
	sdeistop_write_close(&w, '}');
	sdeistop_write_close(&w, '}');
	sdeistop_writer_finish(&w);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's own symbol table. Addresses are an array, in order, of 32-bit
 * offsets: from kallsyms_relative_base, and from the place of the entry itself
 * since kernels have no such base. Names are a list in the same order, each a
 * length and as many tokens; a token stands for the bytes that the token table
 * has for it. The first byte of a name is the type of the symbol.
 */

#include "symbols.h"

#include <string.h>

/* More than any kernel has: an image with everything built in is at 0.7 million */
#define SYMBOLS_MAX	(4u << 20)
/* Bytes of the list of names that are walked at most */
#define NAMES_MAX	(64u << 20)

#define NR_TOKENS	256
/* An offset into the token table is 16 bits; tokens have no such length */
#define TOKEN_MAX	512

/* No page is smaller: a chunk lies in one, and is there or not */
#define CHUNK		4096

struct sdeistop_symbols {
	struct sdeistop_memory *memory;
	uint64_t names;
	uint64_t offsets;
	uint64_t base;
	bool relative_to_entry;		/* there is no @base */
	uint32_t nr;
	uint16_t index[NR_TOKENS];
	char token[UINT16_MAX + 1 + TOKEN_MAX];	/* ends in NUL, whatever was read */
};

/* An address that has a symbol, and where its name is to go */
struct wanted {
	uint32_t symbol;
	struct sdeistop_place *place;
};

/* The list of names, read a chunk at a time */
struct stream {
	struct sdeistop_memory *memory;
	uint64_t next;		/* address of what follows the chunk */
	size_t walked;
	size_t pos, size;	/* of @chunk */
	uint8_t chunk[CHUNK];
};

static int fail(struct sdeistop_error *error, enum sdeistop_errno code, const char *text)
{
	*error = (struct sdeistop_error) { .code = code, .offset = -1 };
	snprintf(error->text, sizeof(error->text), "%s", text);
	return (int)code;
}

static int read_tokens(struct sdeistop_symbols *symbols, uint64_t index, uint64_t table,
		       struct sdeistop_error *error)
{
	const bool big = sdeistop_memory_big_endian(symbols->memory);
	uint8_t bytes[sizeof(symbols->index)];
	size_t last = 0;
	int status;

	status = sdeistop_memory_read(symbols->memory, index, bytes, sizeof(bytes), error);
	if (status)
		return status;
	for (size_t i = 0; i < NR_TOKENS; i++) {
		symbols->index[i] = sdeistop_get16(bytes + 2 * i, big);
		if (symbols->index[i] > last)
			last = symbols->index[i];
	}
	return sdeistop_memory_read(symbols->memory, table, symbols->token, last + TOKEN_MAX - 1,
				    error);
}

static int read_table(struct sdeistop_symbols *symbols, struct sdeistop_error *error)
{
	struct sdeistop_memory *memory = symbols->memory;
	uint64_t nr, base, index, table, end;
	int status;

	if (!sdeistop_memory_symbol(memory, "kallsyms_num_syms", &nr) ||
	    !sdeistop_memory_symbol(memory, "kallsyms_names", &symbols->names) ||
	    !sdeistop_memory_symbol(memory, "kallsyms_offsets", &symbols->offsets) ||
	    !sdeistop_memory_symbol(memory, "kallsyms_token_index", &index) ||
	    !sdeistop_memory_symbol(memory, "kallsyms_token_table", &table))
		return fail(error, SDEISTOP_ERR_UNSUPPORTED,
			    "VMCOREINFO does not tell where the kernel's symbol table is");

	status = sdeistop_memory_read32(memory, nr, &symbols->nr, error);
	if (!status && (!symbols->nr || symbols->nr > SYMBOLS_MAX ||
			__builtin_add_overflow(symbols->offsets, 4ull * symbols->nr, &end)))
		status = fail(error, SDEISTOP_ERR_READ, "the kernel's symbol table is none");
	symbols->relative_to_entry = !sdeistop_memory_symbol(memory, "kallsyms_relative_base",
							     &base);
	if (!status && !symbols->relative_to_entry)
		status = sdeistop_memory_read64(memory, base, &symbols->base, error);
	return status ? status : read_tokens(symbols, index, table, error);
}

int sdeistop_symbols_open(struct sdeistop_memory *memory, struct sdeistop_symbols **ret,
			  struct sdeistop_error *error)
{
	struct sdeistop_symbols *symbols = calloc(1, sizeof(*symbols));
	int status;

	if (!symbols)
		return fail(error, SDEISTOP_ERR_NO_MEMORY, "out of memory");
	symbols->memory = memory;
	status = read_table(symbols, error);
	if (status) {
		sdeistop_symbols_close(symbols);
		return status;
	}
	*ret = symbols;
	return 0;
}

void sdeistop_symbols_close(struct sdeistop_symbols *symbols)
{
	free(symbols);
}

/* ------------------------------------------------------------- addresses */

/* Kernels that keep per-CPU symbols apart (x86) have another rule for @base;
 * arm64's and riscv's do not. */
static int symbol_address(struct sdeistop_symbols *symbols, uint32_t i, uint64_t *ret,
			  struct sdeistop_error *error)
{
	const uint64_t entry = symbols->offsets + 4ull * i;
	uint32_t offset;
	int status;

	status = sdeistop_memory_read32(symbols->memory, entry, &offset, error);
	if (!status)
		*ret = symbols->relative_to_entry ? entry + (uint64_t)(int32_t)offset :
						    symbols->base + offset;
	return status;
}

/* The first symbol that is above @address, or at it if not @above; the number
 * of symbols if there is none */
static int search(struct sdeistop_symbols *symbols, uint64_t address, bool above, uint32_t *ret,
		  struct sdeistop_error *error)
{
	uint32_t low = 0, high = symbols->nr;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		uint64_t at;
		int status = symbol_address(symbols, middle, &at, error);

		if (status)
			return status;
		if (at < address || (above && at == address))
			low = middle + 1;
		else
			high = middle;
	}
	*ret = low;
	return 0;
}

/*
 * The symbol that @address is in, and where there into @ret; of several at the
 * same place the first, as the kernel prints it. False if it is in none: the last
 * symbol is the end of the image.
 */
static int find_symbol(struct sdeistop_symbols *symbols, uint64_t address, bool *found,
		       uint32_t *symbol, struct sdeistop_place *ret, struct sdeistop_error *error)
{
	uint64_t start, end;
	uint32_t next;
	int status;

	*found = false;
	status = search(symbols, address, true, &next, error);
	if (status || !next || next == symbols->nr)
		return status;
	status = symbol_address(symbols, next - 1, &start, error);
	if (!status)
		status = symbol_address(symbols, next, &end, error);
	if (!status)
		status = search(symbols, start, false, symbol, error);
	if (status)
		return status;
	/* Otherwise the table is in no order, and this is not its symbol. */
	*found = *symbol < symbols->nr && start <= address;
	ret->offset = address - start;
	ret->size = end - start;
	return 0;
}

/* ----------------------------------------------------------------- names */

static int refill(struct stream *stream, struct sdeistop_error *error)
{
	const size_t size = CHUNK - stream->next % CHUNK;
	int status;

	if (stream->walked > NAMES_MAX)
		return fail(error, SDEISTOP_ERR_READ, "the kernel's list of symbol names is none");
	status = sdeistop_memory_read(stream->memory, stream->next, stream->chunk, size, error);
	if (status)
		return status;
	stream->next += size;
	stream->walked += size;
	stream->pos = 0;
	stream->size = size;
	return 0;
}

static int next_byte(struct stream *stream, uint8_t *ret, struct sdeistop_error *error)
{
	if (stream->pos == stream->size) {
		int status = refill(stream, error);

		if (status)
			return status;
	}
	*ret = stream->chunk[stream->pos++];
	return 0;
}

/* One byte; two of 7 bits and 8, the low ones first, if its highest bit is set */
static int next_length(struct stream *stream, size_t *ret, struct sdeistop_error *error)
{
	uint8_t low, high;
	int status = next_byte(stream, &low, error);

	if (status)
		return status;
	*ret = low;
	if (!(low & 0x80))
		return 0;
	status = next_byte(stream, &high, error);
	if (!status)
		*ret = (low & 0x7fu) | (size_t)high << 7;
	return status;
}

static int skip(struct stream *stream, size_t size, struct sdeistop_error *error)
{
	while (size) {
		size_t here = stream->size - stream->pos;

		if (!here) {
			int status = refill(stream, error);

			if (status)
				return status;
			continue;
		}
		if (here > size)
			here = size;
		stream->pos += here;
		size -= here;
	}
	return 0;
}

/* The token's bytes at the end of @name, whose first @length are there */
static size_t append_token(const struct sdeistop_symbols *symbols, uint8_t token, char *name,
			   size_t length, size_t room)
{
	for (const char *p = &symbols->token[symbols->index[token]]; *p && length + 1 < room; p++)
		name[length++] = *p;
	name[length] = '\0';
	return length;
}

static int expand(const struct sdeistop_symbols *symbols, struct stream *stream,
		  struct sdeistop_place *ret, struct sdeistop_error *error)
{
	char name[1 + sizeof(ret->function)] = "";
	size_t tokens, length = 0;
	int status = next_length(stream, &tokens, error);

	for (; !status && tokens; tokens--) {
		uint8_t token;

		status = next_byte(stream, &token, error);
		if (!status)
			length = append_token(symbols, token, name, length, sizeof(name));
	}
	if (status || !length)
		return status;
	ret->type = name[0];
	memcpy(ret->function, name + 1, sizeof(ret->function));
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct wanted *one = a, *other = b;

	return (one->symbol > other->symbol) - (one->symbol < other->symbol);
}

/* @wanted in the order of their symbols: the list is walked once */
static int read_names(struct sdeistop_symbols *symbols, const struct wanted wanted[], size_t nr,
		      struct sdeistop_error *error)
{
	struct stream stream = { .memory = symbols->memory, .next = symbols->names };
	uint32_t symbol = 0;
	size_t size;

	for (size_t i = 0; i < nr; i++) {
		int status = 0;

		if (i && wanted[i].symbol == wanted[i - 1].symbol) {
			wanted[i].place->type = wanted[i - 1].place->type;
			memcpy(wanted[i].place->function, wanted[i - 1].place->function,
			       sizeof(wanted[i].place->function));
			continue;
		}
		for (; !status && symbol < wanted[i].symbol; symbol++) {
			status = next_length(&stream, &size, error);
			if (!status)
				status = skip(&stream, size, error);
		}
		if (!status)
			status = expand(symbols, &stream, wanted[i].place, error);
		if (status)
			return status;
		symbol++;
	}
	return 0;
}

int sdeistop_symbols_find(struct sdeistop_symbols *symbols, const uint64_t address[], size_t nr,
			  struct sdeistop_place ret[], struct sdeistop_error *error)
{
	sdeistop_autofree struct wanted *wanted = NULL;
	size_t nr_wanted = 0;
	int status;

	memset(ret, 0, nr * sizeof(*ret));
	wanted = calloc(nr + !nr, sizeof(*wanted));
	if (!wanted)
		return fail(error, SDEISTOP_ERR_NO_MEMORY, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		struct wanted *next = &wanted[nr_wanted];
		bool found;

		status = find_symbol(symbols, address[i], &found, &next->symbol, &ret[i], error);
		if (status)
			return status;
		next->place = &ret[i];
		nr_wanted += found;
	}
	qsort(wanted, nr_wanted, sizeof(*wanted), compare);
	return read_names(symbols, wanted, nr_wanted, error);
}

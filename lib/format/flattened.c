// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flattened vmcores. Only the headers of their records are read, and what of
 * their data a reader of the dump asks for; of a stream the dump's beginning is
 * kept as it goes by.
 */

#include "flattened.h"

#include <stdlib.h>
#include <string.h>

#include "../core/bytes.h"

/* struct makedumpfile_header: big-endian on every machine, as are the records */
#define SIGNATURE_BYTES	16
#define HEADER_TYPE	16
#define HEADER_VERSION	24
#define HEADER_FIELDS	32
#define HEADER_BYTES	4096

/* struct makedumpfile_data_header, and what both its fields are in the last */
#define RECORD_OFFSET	0
#define RECORD_SIZE	8
#define RECORD_BYTES	16
#define RECORD_END	UINT64_MAX

#define RECORDS_MAX	(8u << 20)

/* makedumpfile's records have 4 to 64 KiB; whole pages of small ones are one read */
#define CURSOR_BYTES	512
#define STREAM_CHUNK	65536

/* Records of clusters that are looked through in all. There are no overlaps but
 * of a header that was written twice. */
#define OVERLAPS_MAX	(64u << 20)

struct record {
	uint64_t offset;	/* in the dump */
	uint64_t size;		/* bytes that are there */
	uint64_t at;		/* of them in the file; a later one wins */
};

/* Records that overlap, mostly one alone: no other cluster has bytes of it */
struct cluster {
	uint64_t offset, end;	/* in the dump, and all of it is there */
	uint32_t first;		/* of its records; they end where the next one's begin */
	uint32_t last;		/* cluster up to which nothing is missing between them */
};

struct sdeistop_flattened {
	struct sdeistop_file raw;	/* the file with the records; borrowed */
	struct record *record;		/* by cluster, and there in the order of the file */
	size_t nr_records;
	struct cluster *cluster;	/* in the order of the dump */
	size_t nr_clusters;
	size_t nr_overlaps;		/* looked through so far */
	uint8_t *kept;			/* of a stream, the beginning of the dump */
	size_t nr_kept;
};

/* Where in the file the next record is */
struct cursor {
	const struct sdeistop_file *raw;
	uint64_t pos;
	uint64_t ahead;			/* of a file: where what was read ahead begins */
	size_t nr_ahead;
	uint8_t bytes[CURSOR_BYTES];
	uint8_t *chunk;			/* of a stream: STREAM_CHUNK bytes */
};

bool sdeistop_flattened_probe(const uint8_t *head, size_t size)
{
	static const uint8_t signature[SIGNATURE_BYTES] = "makedumpfile";

	return size >= sizeof(signature) && !memcmp(head, signature, sizeof(signature));
}

static int no_memory(struct sdeistop_error *error)
{
	return sdeistop_fail(error, SDEISTOP_ERR_NO_MEMORY, -1, "out of memory");
}

/* ------------------------------------------------------------------ cursor */

/* The next @size bytes, or what there is of them: @got */
static int take(struct cursor *cursor, uint8_t *to, size_t size, size_t *got,
		struct sdeistop_error *error)
{
	const struct sdeistop_file *raw = cursor->raw;
	int status = 0;

	if (raw->stream) {
		status = sdeistop_stream_read(raw, to, size, got, error);
		cursor->pos += *got;
		return status;
	}
	*got = (size_t)sdeistop_file_has(raw, cursor->pos, size);
	if (cursor->pos < cursor->ahead ||
	    cursor->pos + *got > cursor->ahead + cursor->nr_ahead) {
		cursor->ahead = cursor->pos;
		cursor->nr_ahead = (size_t)sdeistop_file_has(raw, cursor->pos, CURSOR_BYTES);
		status = sdeistop_file_read(raw, cursor->pos, cursor->bytes, cursor->nr_ahead, error);
	}
	if (!status)
		memcpy(to, cursor->bytes + (cursor->pos - cursor->ahead), *got);
	cursor->pos += *got;
	return status;
}

/* A record's data as far as it belongs to what is kept of a stream */
static int keep(struct sdeistop_flattened *flattened, uint64_t offset, const uint8_t *data,
		size_t size, struct sdeistop_error *error)
{
	size_t end, room = STREAM_CHUNK;
	uint8_t *grown;

	if (!size || offset >= SDEISTOP_STREAM_KEPT)
		return 0;
	if (size > SDEISTOP_STREAM_KEPT - offset)
		size = (size_t)(SDEISTOP_STREAM_KEPT - offset);
	end = (size_t)offset + size;
	if (end > flattened->nr_kept) {
		while (room < end)
			room *= 2;
		grown = realloc(flattened->kept, room);
		if (!grown)
			return no_memory(error);
		memset(grown + flattened->nr_kept, 0, room - flattened->nr_kept);
		flattened->kept = grown;
		flattened->nr_kept = room;
	}
	memcpy(flattened->kept + offset, data, size);
	return 0;
}

/* Past the data of @record; its size becomes what there is of it. */
static int pass(struct sdeistop_flattened *flattened, struct cursor *cursor,
		struct record *record, struct sdeistop_error *error)
{
	uint64_t want = record->size;
	size_t got;
	int status;

	if (!cursor->raw->stream) {
		record->size = sdeistop_file_has(cursor->raw, cursor->pos, want);
		cursor->pos += record->size;
		return 0;
	}
	for (record->size = 0; record->size < want; record->size += got) {
		uint64_t left = want - record->size;

		status = take(cursor, cursor->chunk, left < STREAM_CHUNK ? (size_t)left : STREAM_CHUNK,
			      &got, error);
		if (!status)
			status = keep(flattened, record->offset + record->size, cursor->chunk, got,
				      error);
		if (status || !got)
			return status;
	}
	return 0;
}

/* ----------------------------------------------------------------- records */

static int add_record(struct sdeistop_flattened *flattened, const struct record *record,
		      struct sdeistop_error *error)
{
	const size_t nr = flattened->nr_records;
	struct record *grown;

	/* the room doubles at powers of two */
	if (!(nr & (nr - 1))) {
		if (nr == RECORDS_MAX)
			return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, (int64_t)record->at,
					     "more than %u records in a flattened file", RECORDS_MAX);
		grown = reallocarray(flattened->record, nr ? nr * 2 : 1, sizeof(*grown));
		if (!grown)
			return no_memory(error);
		flattened->record = grown;
	}
	flattened->record[flattened->nr_records++] = *record;
	return 0;
}

/* True if there is a record at @at to go on with */
static bool check_record(const uint8_t *bytes, size_t size, uint64_t at, struct record *record,
			 struct sdeistop_vmcore *ret)
{
	if (size < RECORD_BYTES) {
		sdeistop_vmcore_cut(ret, "the flattened file ends at byte %llu without an end record",
				    (unsigned long long)at + size);
		return false;
	}
	record->offset = sdeistop_get64(bytes + RECORD_OFFSET, true);
	record->size = sdeistop_get64(bytes + RECORD_SIZE, true);
	if (record->offset == RECORD_END && record->size == RECORD_END)
		return false;
	if (record->offset > INT64_MAX || record->size > INT64_MAX - record->offset) {
		sdeistop_vmcore_cut(ret, "what should be a record at byte %llu has offset 0x%llx, size 0x%llx",
				    (unsigned long long)at, (unsigned long long)record->offset,
				    (unsigned long long)record->size);
		return false;
	}
	return true;
}

static int read_records(struct sdeistop_flattened *flattened, struct cursor *cursor,
			struct sdeistop_file *file, struct sdeistop_vmcore *ret,
			struct sdeistop_error *error)
{
	for (;;) {
		uint8_t bytes[RECORD_BYTES];
		struct record record;
		uint64_t at = cursor->pos, want;
		size_t got;
		int status;

		status = take(cursor, bytes, sizeof(bytes), &got, error);
		if (status || !check_record(bytes, got, at, &record, ret))
			return status;
		want = record.size;
		record.at = cursor->pos;
		status = pass(flattened, cursor, &record, error);
		if (!status && record.size && sdeistop_file_keeps(file, record.offset + 1))
			status = add_record(flattened, &record, error);
		if (status)
			return status;
		if (record.size && record.offset + record.size > file->size)
			file->size = record.offset + record.size;
		if (record.size < want) {
			sdeistop_vmcore_cut(ret, "the record at byte %llu would end at byte %llu, the file ends at %llu",
					    (unsigned long long)at,
					    (unsigned long long)record.at + want,
					    (unsigned long long)cursor->pos);
			return 0;
		}
	}
}

/* ---------------------------------------------------------------- clusters */

static int by_offset(const void *a, const void *b)
{
	const struct record *one = a, *other = b;

	return (one->offset > other->offset) - (one->offset < other->offset);
}

static int by_place(const void *a, const void *b)
{
	const struct record *one = a, *other = b;

	return (one->at > other->at) - (one->at < other->at);
}

static size_t records_of(const struct sdeistop_flattened *flattened, size_t cluster)
{
	size_t end = cluster + 1 < flattened->nr_clusters ? flattened->cluster[cluster + 1].first :
							     flattened->nr_records;

	return end - flattened->cluster[cluster].first;
}

/* Of records in the order of the dump */
static void find_clusters(struct sdeistop_flattened *flattened)
{
	struct cluster *last = NULL;

	for (size_t i = 0; i < flattened->nr_records; i++) {
		const struct record *record = &flattened->record[i];
		const uint64_t end = record->offset + record->size;

		if (last && record->offset < last->end) {
			if (end > last->end)
				last->end = end;
			continue;
		}
		last = &flattened->cluster[flattened->nr_clusters++];
		*last = (struct cluster) {
			.offset = record->offset, .end = end, .first = (uint32_t)i,
		};
	}
}

static int make_clusters(struct sdeistop_flattened *flattened, uint64_t *bytes,
			 struct sdeistop_error *error)
{
	*bytes = 0;
	if (!flattened->nr_records)
		return 0;
	flattened->cluster = calloc(flattened->nr_records, sizeof(*flattened->cluster));
	if (!flattened->cluster)
		return no_memory(error);
	qsort(flattened->record, flattened->nr_records, sizeof(*flattened->record), by_offset);
	find_clusters(flattened);
	for (size_t i = flattened->nr_clusters; i--; ) {
		struct cluster *cluster = &flattened->cluster[i];
		const bool adjacent = i + 1 < flattened->nr_clusters && cluster[1].offset == cluster->end;

		qsort(flattened->record + cluster->first, records_of(flattened, i),
		      sizeof(*flattened->record), by_place);
		cluster->last = adjacent ? cluster[1].last : (uint32_t)i;
		*bytes += cluster->end - cluster->offset;
	}
	return 0;
}

/* The first that ends past @offset */
static size_t find_cluster(const struct sdeistop_flattened *flattened, uint64_t offset)
{
	size_t low = 0, high = flattened->nr_clusters;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (flattened->cluster[middle].end > offset)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

uint64_t sdeistop_flattened_has(const struct sdeistop_flattened *flattened, uint64_t offset,
				uint64_t size)
{
	const size_t index = find_cluster(flattened, offset);
	const struct cluster *cluster;
	uint64_t left;

	if (index == flattened->nr_clusters)
		return 0;
	cluster = &flattened->cluster[index];
	if (offset < cluster->offset)
		return 0;
	left = flattened->cluster[cluster->last].end - offset;
	return size < left ? size : left;
}

/* -------------------------------------------------------------------- file */

/* Past the header, the first @size bytes of which are in @head */
static int pass_header(struct sdeistop_flattened *flattened, struct cursor *cursor,
		       const uint8_t *head, size_t size, struct sdeistop_vmcore *ret,
		       struct sdeistop_error *error)
{
	/* no data of the dump, so none of it is kept */
	struct record rest = { .offset = SDEISTOP_STREAM_KEPT, .size = HEADER_BYTES - size };
	int status;

	if (size < HEADER_FIELDS)
		return sdeistop_fail(error, SDEISTOP_ERR_NOT_A_VMCORE, (int64_t)size,
				     "is no vmcore: its flattened header ends at byte %zu, expected %d",
				     size, HEADER_BYTES);
	if (sdeistop_get64(head + HEADER_TYPE, true) != 1 ||
	    sdeistop_get64(head + HEADER_VERSION, true) != 1)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, HEADER_TYPE,
				     "flattened type 0x%llx, version 0x%llx at byte %d, expected 1 and 1",
				     (unsigned long long)sdeistop_get64(head + HEADER_TYPE, true),
				     (unsigned long long)sdeistop_get64(head + HEADER_VERSION, true),
				     HEADER_TYPE);
	cursor->pos = size;
	status = pass(flattened, cursor, &rest, error);
	if (!status && cursor->pos < HEADER_BYTES)
		sdeistop_vmcore_cut(ret, "the flattened header ends at byte %llu, expected %d",
				    (unsigned long long)cursor->pos, HEADER_BYTES);
	return status;
}

static int read_file(struct sdeistop_file *file, const uint8_t *head, size_t size,
		     struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	struct sdeistop_flattened *flattened = file->flattened;
	struct cursor cursor = { .raw = &flattened->raw };
	int status;

	if (file->stream) {
		cursor.chunk = malloc(STREAM_CHUNK);
		if (!cursor.chunk)
			return no_memory(error);
	}
	file->size = 0;
	status = pass_header(flattened, &cursor, head, size, ret, error);
	if (!status)
		status = read_records(flattened, &cursor, file, ret, error);
	if (!status)
		status = make_clusters(flattened, &file->bytes, error);
	free(cursor.chunk);
	return status;
}

int sdeistop_flattened_open(struct sdeistop_file *file, const uint8_t *head, size_t size,
			    struct sdeistop_vmcore *ret, struct sdeistop_error *error)
{
	struct sdeistop_flattened *flattened = calloc(1, sizeof(*flattened));

	if (!flattened)
		return no_memory(error);
	flattened->raw = *file;
	file->flattened = flattened;	/* freed with it, whatever follows */
	return read_file(file, head, size, ret, error);
}

void sdeistop_flattened_close(struct sdeistop_flattened *flattened)
{
	if (!flattened)
		return;
	free(flattened->record);
	free(flattened->cluster);
	free(flattened->kept);
	free(flattened);
}

/* What of @size bytes at @offset of the dump is in @record */
static int copy_record(const struct sdeistop_flattened *flattened, const struct record *record,
		       uint64_t offset, uint8_t *to, size_t size, struct sdeistop_error *error)
{
	const uint64_t record_end = record->offset + record->size, end = offset + size;
	const uint64_t from = offset > record->offset ? offset : record->offset;
	const uint64_t past = end < record_end ? end : record_end;

	if (from >= past)
		return 0;
	return sdeistop_file_read(&flattened->raw, record->at + (from - record->offset),
				  to + (from - offset), (size_t)(past - from), error);
}

static int copy_cluster(struct sdeistop_flattened *flattened, size_t index, uint64_t offset,
			uint8_t *to, size_t size, struct sdeistop_error *error)
{
	const struct record *record = &flattened->record[flattened->cluster[index].first];
	const size_t nr = records_of(flattened, index);
	int status = 0;

	if (nr > 1)
		flattened->nr_overlaps += nr;
	if (flattened->nr_overlaps > OVERLAPS_MAX)
		return sdeistop_fail(error, SDEISTOP_ERR_UNSUPPORTED, (int64_t)record->at,
				     "too many records of a flattened file overlap, from that at byte %llu on",
				     (unsigned long long)record->at);
	for (size_t i = 0; !status && i < nr; i++)
		status = copy_record(flattened, &record[i], offset, to, size, error);
	return status;
}

int sdeistop_flattened_read(const struct sdeistop_file *file, uint64_t offset, void *to,
			    size_t size, struct sdeistop_error *error)
{
	struct sdeistop_flattened *flattened = file->flattened;
	const uint64_t end = offset + size;
	int status = 0;

	memset(to, 0, size);
	if (file->stream) {
		if (offset < flattened->nr_kept)
			memcpy(to, flattened->kept + offset, size < flattened->nr_kept - offset ?
			       size : flattened->nr_kept - (size_t)offset);
		return 0;
	}
	for (size_t i = find_cluster(flattened, offset); !status && i < flattened->nr_clusters &&
	     flattened->cluster[i].offset < end; i++)
		status = copy_cluster(flattened, i, offset, to, size, error);
	return status;
}

// Messages of etcd's v3 API for scripted hosts: Protocol Buffers and gRPC's frames, as far as the tests need them.
const VARINT = 0;
const BYTES = 2;

function varint(number) {
	const bytes = [];
	let rest = BigInt.asUintN(64, BigInt(number));
	for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
	return Buffer.from([...bytes, Number(rest)]);
}

/** A field: of a number, a text or bytes. */
function field(tag, value) {
	if (["number", "bigint", "boolean"].includes(typeof value))
		return Buffer.concat([varint((tag << 3) | VARINT), varint(value)]);
	const bytes = Buffer.from(value);
	const head = [varint((tag << 3) | BYTES), varint(bytes.length)];
	return Buffer.concat([...head, bytes]);
}

/** A message of fields `[tag, value]`. */
function message(...fields) {
	return Buffer.concat(fields.map(([tag, value]) => field(tag, value)));
}

/** A message with gRPC's prefix. `flag`: 1 says that it is compressed. */
function framed(bytes, flag = 0) {
	const prefix = Buffer.alloc(5);
	prefix.writeUInt8(flag, 0);
	prefix.writeUInt32BE(bytes.length, 1);
	return Buffer.concat([prefix, bytes]);
}

const header = (revision) => message([1, 1], [2, 1], [3, revision], [4, 1]);

const keyValue = (key, value, revision) =>
	message([1, key], [2, revision], [3, revision], [4, 1], [5, value]);

/** The answer to a transaction: `[tag, message]` for each operation (1 range, 2 put, 3 delete, 4 transaction). */
function txn(revision, succeeded, ...responses) {
	const ops = responses.map((response) => [3, message(response)]);
	return message([1, header(revision)], [2, succeeded], ...ops);
}

/** The answer to a range. */
function range(revision, ...pairs) {
	const kvs = pairs.map(([key, value]) => [2, keyValue(key, value, revision)]);
	return message([1, header(revision)], ...kvs, [4, pairs.length]);
}

/** The answer to a get of a file. */
function found(key, value, revision = 5) {
	return txn(revision, true, [1, range(revision, [key, value])]);
}

/** The answer to a set of a new file in a directory that exists. */
function written(revision = 6) {
	return txn(revision, true, [2, message([1, header(revision)])]);
}

/** A response on the stream of watches. */
function watchCreated(id, revision = 5) {
	return message([1, header(revision)], [2, id], [3, true]);
}

/** The event of a put on the stream of watches. */
function watchEvent(id, key, value, revision) {
	const event = message([1, 0], [2, keyValue(key, value, revision)]);
	return message([1, header(revision)], [2, id], [11, event]);
}

function readVarint(bytes, at) {
	let [value, shift, end] = [0n, 0n, at];
	for (; bytes[end] & 0x80; shift += 7n)
		value |= BigInt(bytes[end++] & 0x7f) << shift;
	value |= BigInt(bytes[end++]) << shift;
	return [value, end];
}

/** The fields of a message, `[tag, value]` each: bigints and bytes. */
function fieldsOf(bytes) {
	const found = [];
	for (let at = 0; at < bytes.length; ) {
		const [key, start] = readVarint(bytes, at);
		const [value, end] = readVarint(bytes, start);
		const isBytes = (Number(key) & 7) === BYTES;
		at = isBytes ? end + Number(value) : end;
		const tag = Number(key >> 3n);
		found.push([tag, isBytes ? bytes.subarray(end, at) : value]);
	}
	return found;
}

function createField(body, wanted) {
	const [[, create]] = fieldsOf(body.subarray(5, 5 + body.readUInt32BE(1)));
	return Number(fieldsOf(create).find(([tag]) => tag === wanted)?.[1] ?? 0);
}

/** The id in the first request on a stream of watches, framed. */
const watchIdOf = (body) => createField(body, 7);

/** The revision from which that watch looks; 0 for the next event. */
const startOf = (body) => createField(body, 3);

module.exports = {
	field,
	fieldsOf,
	found,
	framed,
	message,
	range,
	startOf,
	txn,
	watchCreated,
	watchEvent,
	watchIdOf,
	written,
};

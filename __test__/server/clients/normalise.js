// Answers of several servers, so that equal ones are the same value: without times and ids, and with indexes that count from the start.

const INDEXES = ["modifiedIndex", "createdIndex", "index"];
const TIMES = ["expiration", "ttl"];

function inOrderKey(key, base) {
	return key.replace(/\d{20}/, (name) =>
		`${Number(name) - base}`.padStart(20, "0"),
	);
}

/** The causes of 101, `[given != found]`, and of 401, `[oldest/given]`. */
function cause(text, base) {
	const less = (number) => Number(number) - base;
	return text
		.replace(/\[(\d+) != (\d+)\]/, (_, a, b) => `[${a} != ${less(b)}]`)
		.replace(/\[(\d+)\/(\d+)\]/, (_, a, b) => `[${less(a)}/${less(b)}]`);
}

function byKey(a, b) {
	return a.key < b.key ? -1 : 1;
}

/** A value of an answer. etcd lists in random order where nothing else is asked for. */
function value(name, found, base) {
	if (INDEXES.includes(name)) return found - base;
	if (found === null) return found;
	if (TIMES.includes(name)) return name;
	if (name === "key") return inOrderKey(found, base);
	if (name === "cause") return cause(found, base);
	if (name === "nodes")
		return found.map((node) => answer(node, base)).sort(byKey);
	return typeof found === "object" ? answer(found, base) : found;
}

/** The JSON of an answer. */
function answer(json, base) {
	const entries = Object.entries(json);
	return Object.fromEntries(
		entries.map(([name, found]) => [name, value(name, found, base)]),
	);
}

module.exports = { answer, inOrderKey };

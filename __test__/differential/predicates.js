// What the entries of the allowed differences ask of calls and outcomes: see allowed.js.
const { isDeepStrictEqual } = require("node:util");

const WRITING = ["set", "update", "mkdir", "compareAndSwap", "push"];
const DELETING = ["del", "delete", "rmdir", "compareAndDelete"];

function isDelete({ method }) {
	return DELETING.includes(method);
}

function isWrite(call) {
	return WRITING.includes(call.method) || isDelete(call);
}

function isWait(call) {
	return call.method === "wait" || call.option("wait");
}

/** Whether a write must not be done twice. */
function isUnrepeatable(call) {
	if (["push", "update"].includes(call.method)) return true;
	if (/[?&]prev/.test(call.key?.text)) return true;
	const conditions = [call.given("prevExist"), call.given("prevIndex")];
	return [call.compared, ...conditions].some((value) => value !== undefined);
}

/** Whether a call brought this error, which `what` is the code or the message of. */
function failsWith({ error, arity, crashed }, { method }, what) {
	const isIt = error?.code === what || error?.message === what;
	const isAlone = arity === (method === "wait" ? 3 : 1);
	return isIt && isAlone && crashed === undefined;
}

/** Whether a call brought this result, and no error. */
function succeedsWith({ error, arity, crashed, ...mine }, { method }, result) {
	const isAlone = arity === (method === "wait" ? 3 : 2);
	const isIt = isDeepStrictEqual(mine.result, result);
	return error === null && isAlone && isIt && crashed === undefined;
}

/** Whether the errors are the same but that ours says that the write may have been done. */
function addsAmbiguous(mine, theirs) {
	if (!mine.error || !theirs.error) return false;
	const enumerable = [...theirs.error.enumerable, "ambiguous"].sort();
	const expected = { ...theirs.error, ambiguous: true, enumerable };
	return isDeepStrictEqual(mine.error, expected);
}

/** The hosts that requests of a call went to, in turn. */
function hostsOf({ wire }) {
	return wire.map((line) => line.split(" ")[0]);
}

/** Whether both options, when the call returned and at its end, are alike but for this one. */
function alikeBut(name, mine, theirs) {
	const [own, others] = [mine, theirs].map(({ opts }) =>
		opts.map((fields) => ({ ...fields, [name]: undefined })),
	);
	return isDeepStrictEqual(own, others);
}

module.exports = {
	addsAmbiguous,
	alikeBut,
	failsWith,
	hostsOf,
	isDelete,
	isUnrepeatable,
	isWait,
	isWrite,
	succeedsWith,
};

// What a host's certificate may be: for each that is refused, the code and the words of Node's own https.
const assert = require("node:assert/strict");
const { before, describe, test } = require("node:test");
const { call, node } = require("../support");
const {
	authority,
	certificates,
	issue,
} = require("../support/tls/certificates");
const { inChild } = require("../support/child");
const { client, hostOf } = require("../support/lifetime");
const { askedByNode } = require("../support/tls/secure");

const FOUND = { body: node("/k", "v", 5) };
const OTHER = [{ type: "dns", value: "other.example" }];
const NEXT = [{ type: "ip", value: "127.0.0.2" }];
const FOR_CLIENTS = ["1.3.6.1.5.5.7.3.2"];

const made = {};
before(async () => {
	const { ca } = await certificates();
	const stranger = await authority("second-stranger");
	const middle = await authority("middle", { by: ca });
	const late = await authority("late", { by: ca, until: -1 });
	const strange = await authority("strange", { by: stranger });
	const common = await issue("common", { by: ca, subject: "leaf" });
	const old = await authority("old", { until: -1 });
	Object.assign(made, { old, ca, stranger, middle, late, strange, common });
});

function as(how) {
	return () => issue("leaf", how());
}

async function answers(t, certificate, options, name = "127.0.0.1") {
	const host = await hostOf(t, [FOUND], { tls: certificate.tls });
	const url = `https://${name}:${host.port}`;
	const { args } = await call(client(t, url, options), "get", "k");
	const byNode = await askedByNode(url, options);
	return { error: args[0], body: args[1], byNode, host };
}

const pem = (...names) => names.map((name) => made[name].pem);

const REFUSED = [
	["that has expired", as(() => ({ by: made.ca, until: -1 }))],
	["that is not yet valid", as(() => ({ by: made.ca, from: 1 }))],
	["that is self-signed", as(() => ({}))],
	["that is self-signed and has expired", as(() => ({ until: -1 }))],
	["for another name", as(() => ({ by: made.ca, altNames: OTHER }))],
	["for another address", as(() => ({ by: made.ca, altNames: NEXT }))],
	[
		"for several others",
		as(() => ({ by: made.ca, altNames: [...OTHER, ...NEXT] })),
		"localhost",
	],
	[
		"for another name in its subject",
		as(() => ({ by: made.ca, altNames: [], subject: "other.example" })),
		"localhost",
	],
	["without a name", as(() => ({ by: made.ca, altNames: [] }))],
	["whose issuer is unknown", as(() => ({ by: made.stranger }))],
	[
		"whose issuer is unknown, for another name",
		as(() => ({ by: made.stranger, altNames: OTHER })),
	],
	[
		"that comes with its unknown issuer",
		as(() => ({ by: made.stranger, chain: [made.stranger] })),
	],
	[
		"with an intermediate of an unknown issuer",
		as(() => ({ by: made.strange, chain: [made.strange] })),
	],
	[
		"with an intermediate and its unknown issuer",
		as(() => ({ by: made.strange, chain: [made.strange, made.stranger] })),
	],
	["without its intermediate", as(() => ({ by: made.middle }))],
	[
		"with an intermediate that has expired",
		as(() => ({ by: made.late, chain: [made.late] })),
	],
	[
		"of an issuer that is none",
		as(() => ({ by: made.common, chain: [made.common] })),
	],
	["of an issuer in ca that has expired", as(() => ({ by: made.old }))],
	["for clients", as(() => ({ by: made.ca, usages: FOR_CLIENTS }))],
];

/** Node.js 24 and later adds it. Here the system's roots are trusted as it is. */
const ADVICE = /; if the root CA is installed locally, .*$/;

describe("a certificate is refused in the words of Node.js", () => {
	for (const [what, make, name] of REFUSED) {
		test(`a certificate ${what}`, async (t) => {
			const options = { ca: pem("ca", "old") };
			const { error, byNode, host } = await answers(
				...[t, await make(), options, name],
			);
			assert.ok(error, "it was taken");
			assert.equal(error.code, byNode.error.code);
			const message = byNode.error.message.replace(ADVICE, "");
			assert.equal(error.message, message);
			assert.equal(host.requests.length, 0);
		});
	}
});

const TAKEN = [
	["of an issuer in ca", as(() => ({ by: made.ca })), ["ca"]],
	["of one of several", as(() => ({ by: made.ca })), ["stranger", "ca"]],
	[
		"with its intermediate",
		as(() => ({ by: made.middle, chain: [made.middle] })),
		["ca"],
	],
	[
		"whose intermediate is in ca too",
		as(() => ({ by: made.middle })),
		["middle", "ca"],
	],
	[
		"with its host's name in the subject alone",
		as(() => ({ by: made.ca, altNames: [], subject: "localhost" })),
		["ca"],
		"localhost",
	],
];

describe("a certificate is taken as by Node.js", () => {
	for (const [what, make, names, name] of TAKEN) {
		test(`a certificate ${what}`, async (t) => {
			const options = { ca: pem(...names) };
			const taken = await answers(t, await make(), options, name);
			assert.deepEqual([taken.error, taken.byNode.error], [null, undefined]);
			assert.equal(taken.body.node.value, "v");
		});
	}

	test("a self-signed certificate in ca counts, but not when it has expired", async (t) => {
		for (const [how, code] of [
			[{}, undefined],
			[{ until: -1 }, "CERT_HAS_EXPIRED"],
			[{ until: -1, isAuthority: true }, "CERT_HAS_EXPIRED"],
			[{ altNames: NEXT }, "ERR_TLS_CERT_ALTNAME_INVALID"],
		]) {
			const own = await issue("own", how);
			const { error, byNode } = await answers(t, own, { ca: own.pem });
			assert.deepEqual([error?.code, byNode.error?.code], [code, code]);
		}
	});
});

test("the system's roots count as those in ca: one that has expired does not", async (t) => {
	const { old } = made;
	const leaf = await issue("leaf", { by: old });
	const host = await hostOf(t, [FOUND], { tls: leaf.tls });
	const byNode = await askedByNode(host.url, { ca: old.pem });
	const { result } = await inChild(
		async ({ subject, call }, url) => {
			const { args } = await call(subject(url), "get", "k");
			return [args[0]?.code, args[0]?.message];
		},
		[host.url],
		{ SSL_CERT_FILE: old.certFile },
	);
	const { code, message } = byNode.error;
	assert.deepEqual(result, [code, message]);
	assert.equal(code, "CERT_HAS_EXPIRED");
});

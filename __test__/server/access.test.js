// Who may use a server: no pages of other sites, and no names of other machines on loopback; the scheme of the credentials.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { fieldOf, raw } = require("../support/server/raw");
const { served } = require("./stage");

const FORM =
	"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7";

async function statusOf(port, method, fields, target = "/v2/keys/queue") {
	const lines = [`${method} ${target} HTTP/1.1`, ...fields];
	const request = `${lines.join("\r\n")}\r\n\r\n`;
	const { status } = await raw(port, `${request}value=1`);
	return Number(status.split(" ")[1]);
}

test("a page of another site can neither write nor read, also with credentials", async (t) => {
	const open = await served(t);
	const auth = { user: "me", pass: "s3cret" };
	const guarded = await served(t, { auth });
	const credentials = `Authorization: Basic ${btoa("me:s3cret")}`;
	for (const { port } of [open, guarded]) {
		const own = `127.0.0.1:${port}`;
		const foreign = [
			["Origin: https://evil.example", "Sec-Fetch-Site: cross-site"],
			["Origin: https://evil.example"],
			["Origin: null"],
			["Origin:"],
			["Origin: http://127.0.0.1"],
			[`Origin: https://${own}`],
			[`Origin: http://${own}`, "Origin: https://evil.example"],
			["Sec-Fetch-Site: cross-site"],
			["Sec-Fetch-Site: same-site"],
		];
		for (const method of ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
			for (const fields of foreign) {
				const all = [`Host: ${own}`, credentials, FORM, ...fields];
				const found = await statusOf(port, method, all);
				assert.equal(found, 403, `${method} ${fields}`);
			}
		const fields = [`Host: ${own}`, credentials];
		assert.equal(await statusOf(port, "GET", fields), 404);
	}
});

test("a page of the server's own, and programs, are answered", async (t) => {
	const { port } = await served(t);
	const own = `127.0.0.1:${port}`;
	const table = [
		[own, []],
		[own, ["Sec-Fetch-Site: none"]],
		[own, [`Origin: http://${own}`, "Sec-Fetch-Site: same-origin"]],
		["LOCALHOST:80", ["Origin: http://localhost"]],
	];
	for (const [host, fields] of table) {
		const all = [`Host: ${host}`, FORM, ...fields];
		assert.equal(await statusOf(port, "POST", all), 201, fields.join());
	}
});

test("a loopback address in its IPv6 form is one of this machine alone, too", async (t) => {
	const { port } = await served(t, { host: "::ffff:127.0.0.1" });
	assert.equal(
		await statusOf(port, "GET", ["Host: evil.com"], "/version"),
		421,
	);
});

test("the name of the scheme Basic may be in any case, and a refusal names the scheme", async (t) => {
	const auth = { user: "me", pass: "s3cret" };
	const { port } = await served(t, { auth });
	const given = btoa("me:s3cret");
	const table = [
		[`Basic ${given}`, 404],
		[`basic ${given}`, 404],
		[`BASIC  ${given}`, 404],
		[`Basic${given}`, 401],
		[`Bearer ${given}`, 401],
		["Basic", 401],
		["", 401],
	];
	for (const [value, expected] of table) {
		const fields = ["Host: localhost", `Authorization: ${value}`];
		assert.equal(await statusOf(port, "GET", fields), expected, value);
	}
	const { fields } = await raw(port, "GET /v2/keys/ HTTP/1.0\r\n\r\n");
	assert.equal(fieldOf(fields, "Www-Authenticate"), 'Basic realm="etcd"');
});

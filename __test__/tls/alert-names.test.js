// The names of TLS alerts, which differ between versions of OpenSSL.
const assert = require("node:assert/strict");
const { test } = require("node:test");
const { named } = require("../../lib/alert-names");

const OLD = "error:0A000412:SSL routines::sslv3 alert bad certificate";
const NEW = "error:0A000412:SSL routines::ssl/tls alert bad certificate";

const described = (message, code, reason) => ({
	message,
	fields: { code, library: "SSL routines", reason },
	hidden: { attempts: [{ host: "https://h:1", error: message }] },
});

const old = described(
	OLD,
	"ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
	"sslv3 alert bad certificate",
);
const renamed = described(
	NEW,
	"ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE",
	"ssl/tls alert bad certificate",
);

for (const version of ["3.2.0+quic", "3.5.8", "4.0.0", "3.10.0"])
	test(`OpenSSL ${version} has the new names of alerts`, () => {
		assert.deepEqual(named(old, version), renamed);
	});

for (const version of ["3.0.19+quic", "3.1.4", "1.1.1w", undefined])
	test(`OpenSSL ${version} has the old names of alerts`, () => {
		assert.deepEqual(named(old, version), old);
	});

test("an alert of TLS 1.3 has one name in every version", () => {
	const alert = described(
		"error:0A00045C:SSL routines::tlsv13 alert certificate required",
		"ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
		"tlsv13 alert certificate required",
	);
	assert.deepEqual(named(alert, "3.5.0"), alert);
});

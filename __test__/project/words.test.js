// Words that a reader must guess at, where the field has a term: no page, comment or title uses them.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { ROOT } = require("../../scripts/run");

const PLACES = [
	...["src", "bin", "lib", "scripts", "bench", "__test__", "docs"],
	...["index.js", "index.d.ts", "promises.d.ts", "README.md"],
	"CONTRIBUTING.md",
];

/** What stands for each of them. */
const TERMS = [
	[/\bunder way\b/i, "in flight"],
	[/\bs[ia]ts? out\b/i, "is in quarantine"],
	[/\bfinds it back\b/i, "a probe releases it"],
	[/\bsaid again\b/i, "retry, repeat"],
	[/\bonly informs?\b/i, "interim response"],
	[/\bdoubtful\b/i, "ambiguous, in doubt"],
	[/\bwhat comes (?:next|of|after|later)\b/i, "the noun"],
	[/\bhead of (?:an|the) (?:answer|request)\b/i, "header section"],
	[/\bnone where\b/i, "None if"],
	[/\bby chance\b/i, "random"],
];

function filesOf(place) {
	const whole = path.join(ROOT, place);
	if (fs.statSync(whole).isFile()) return [place];
	const names = fs.readdirSync(whole, { recursive: true });
	const files = names.map((name) => path.join(place, name));
	const isOwn = (file) => !/node_modules|docs[\\/]api|\.json$/.test(file);
	const isFile = (file) => fs.statSync(path.join(ROOT, file)).isFile();
	return files.filter((file) => isOwn(file) && isFile(file));
}

test("no comment, page or title uses words for which the field has a term", () => {
	const own = path.relative(ROOT, __filename);
	const files = PLACES.flatMap(filesOf).filter((file) => file !== own);
	const found = files.flatMap((file) => {
		const lines = fs.readFileSync(path.join(ROOT, file), "utf8").split("\n");
		return lines.flatMap((line, at) =>
			TERMS.filter(([word]) => word.test(line)).map(
				([, term]) => `${file}:${at + 1}: ${term}: ${line.trim()}`,
			),
		);
	});
	assert.deepEqual(found, []);
});

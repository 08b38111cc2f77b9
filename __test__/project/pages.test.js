// The pages that users read: their length, and their links.
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { ROOT } = require("../../scripts/run");
const { pages, read } = require("../support/packages/pages");

const MOST_LINES = 150;

/** The anchor that GitHub gives a heading. */
function anchorOf(heading) {
	const text = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "");
	return text.replaceAll(" ", "-");
}

function anchors(file) {
	const headings = read(file).matchAll(/^#+ (.+)$/gm);
	return [...headings].map(([, heading]) => anchorOf(heading));
}

/** The links of a page to files of the project: `[link, file, anchor]`. */
function links(file) {
	const text = read(file).replace(/^```.*?^```$/gms, "");
	const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to);
	const own = targets.filter((to) => !/^[a-z]+:/.test(to));
	return own.map((to) => {
		const [name, anchor] = to.split("#");
		const folder = path.dirname(path.join(ROOT, file));
		const target = name ? path.join(folder, name) : path.join(ROOT, file);
		return [to, path.relative(ROOT, target), anchor];
	});
}

test(`the README has at most ${MOST_LINES} lines`, () => {
	const lines = read("README.md").trimEnd().split("\n");
	assert.ok(lines.length <= MOST_LINES, `${lines.length} lines`);
});

for (const page of [...pages(), "CONTRIBUTING.md", "__test__/README.md"])
	test(`each link of ${page} leads to a file of the project and to a heading in it`, () => {
		const broken = links(page).filter(([, file, anchor]) => {
			if (!fs.existsSync(path.join(ROOT, file))) return true;
			return anchor !== undefined && !anchors(file).includes(anchor);
		});
		assert.deepEqual(broken, []);
	});

// Has MDN's HTTP Observatory grade a site, and prints the grade as JSON. A process of its own, because Node reads the
// authorities that it trusts at its start (NODE_EXTRA_CA_CERTS).
//
//   node tests/hosts/grade.mjs HOSTNAME HTTP_PORT HTTPS_PORT [COOKIE...]
//
// A COOKIE is a Set-Cookie header that the browser has got on this site before.
import { ALL_TESTS } from "@mdn/mdn-http-observatory/src/constants.js";
import { MINIMUM_SCORE_FOR_EXTRA_CREDIT } from "@mdn/mdn-http-observatory/src/grader/charts.js";
import { getGradeForScore, getScoreModifier } from "@mdn/mdn-http-observatory/src/grader/grader.js";
import { retrieve } from "@mdn/mdn-http-observatory/src/retriever/retriever.js";

const [hostname, httpPort, httpsPort, ...cookies] = process.argv.slice(2);
const site = await retrieve(hostname, { httpPort, httpsPort });
for (const cookie of cookies) site.session.jar.setCookieSync(cookie, `https://${hostname}:${httpsPort}/`);

// Its own sum (src/scanner/index.js) knows no ports: without failures the rewards count, too.
const results = ALL_TESTS.map((test) => test(site));
const modifiers = results.map(({ result }) => getScoreModifier(result));
const sum = (numbers) => numbers.reduce((total, number) => total + number, 100);
const withoutRewards = sum(modifiers.filter((modifier) => modifier < 0));
const { score, grade } = getGradeForScore(withoutRewards >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(modifiers) : withoutRewards);
const tests = Object.fromEntries(
  results.map(({ constructor: { name }, result, pass }, index) => [name, { result, pass, modifier: modifiers[index] }]),
);
console.log(JSON.stringify({ score, grade, tests }));

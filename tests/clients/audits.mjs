// Runs every audit of graphql-http against a server and prints one JSON array of what is not "ok".
import { auditServer } from 'graphql-http';

const [url, apikey] = process.argv.slice(2);
const results = await auditServer({
  url,
  fetchFn: (input, init = {}) => fetch(input, { ...init, headers: { ...init.headers, apikey } }),
});
const failures = [];
for (const { id, name, status, reason } of results) {
  if (status !== 'ok') failures.push({ id, name, status, reason });
}
console.log(JSON.stringify({ total: results.length, failures }));

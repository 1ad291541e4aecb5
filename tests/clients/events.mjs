// A subscription and a query as server-sent events.
import { createClient } from 'graphql-sse';

const [url, apikey] = process.argv.slice(2);
const client = createClient({ url, headers: { apikey } });
const results = [];
for (const query of ['subscription { count(to: 3) }', '{ hello }']) {
  for await (const result of client.iterate({ query })) results.push(result.data);
}
client.dispose();
console.log(JSON.stringify(results));

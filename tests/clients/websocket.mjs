// A subscription and a query over graphql-transport-ws.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, apikey] = process.argv.slice(2);
const client = createClient({
  url: url.replace('http', 'ws'),
  connectionParams: { apikey },
  webSocketImpl: WebSocket,
});
const results = [];
for (const query of ['subscription { count(to: 3) }', '{ hello }']) {
  for await (const result of client.iterate({ query })) results.push(result.data);
}
await client.dispose();
console.log(JSON.stringify(results));

// PostGraphile 5 as its documentation recommends for production: no watching, no playground, no explain, own pool.
// Lists instead of connections, because they answer faster and look like the other contenders' lists.
import { createServer } from "node:http";
import { makePgService } from "postgraphile/adaptors/pg";
import { postgraphile } from "postgraphile";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const { DATABASE_URL, DATABASE_POOL_SIZE, PORT } = process.env;

const serving = postgraphile({
  extends: [PostGraphileAmberPreset],
  schema: { defaultBehavior: "-connection +list" },
  pgServices: [
    makePgService({ connectionString: DATABASE_URL, schemas: ["public"], poolConfig: { max: Number(DATABASE_POOL_SIZE) } }),
  ],
  grafserv: { graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
}).createServ(grafserv);

const server = createServer();
await serving.addTo(server);
server.listen(Number(PORT), "127.0.0.1");

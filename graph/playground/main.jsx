// The GraphiQL page: queries over fetch, subscriptions over graphql-transport-ws, both as the caller of the headers
// editor. Another caller may have another schema, so it is asked for anew whenever the headers name another one.
import { useRef } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphiQL } from 'graphiql';
import { useGraphiQLActions } from '@graphiql/react';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import 'graphiql/style.css';
import './page.css';

const WORKERS = { json: JSON_WORKER, graphql: GRAPHQL_WORKER };
globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(new URL(`./${WORKERS[label] ?? EDITOR_WORKER}`, import.meta.url)),
};

const QUERY = `# Put your API key into the Headers editor below;
# the server printed where it is kept.
# Then press Ctrl-Enter. The docs are on the left.

query Tables {
  tables {
    name
    comment
  }
}
`;
const HEADERS = '{\n  "apikey": ""\n}';
const MISSING_KEY = 'Put your API key between the quotes of "apikey" in the Headers editor.';

const endpoint = new URL('/graphql', location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: socket.href });

// The headers as one text, however they are spaced; undefined while they are half typed.
function callerIn(headers) {
  try {
    return JSON.stringify(JSON.parse(headers));
  } catch {
    return undefined;
  }
}

// Asking without a key or token would only put a refused request into the console.
function fetchAsCaller(parameters, options) {
  const { apikey, authorization } = options?.headers ?? {};
  return apikey || authorization ? fetcher(parameters, options) : { errors: [{ message: MISSING_KEY }] };
}

function Refetch({ introspect }) {
  introspect.current = useGraphiQLActions().introspect;
  return null;
}

function Page() {
  const introspect = useRef(null);
  const caller = useRef(callerIn(HEADERS));
  const timer = useRef(0);

  function onEditHeaders(headers) {
    const named = callerIn(headers);
    if (named === undefined || named === caller.current) return;
    caller.current = named;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => introspect.current?.(), 300);
  }

  return (
    <GraphiQL
      fetcher={fetchAsCaller}
      defaultQuery={QUERY}
      defaultHeaders={HEADERS}
      defaultEditorToolsVisibility="headers"
      onEditHeaders={onEditHeaders}
    >
      <GraphiQL.Logo>
        <strong>selfgraph</strong>
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <Refetch introspect={introspect} />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

createRoot(document.getElementById('page')).render(<Page />);

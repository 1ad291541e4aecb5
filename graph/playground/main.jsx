// The GraphiQL page: queries over fetch, subscriptions over graphql-transport-ws, both with the API key of the
// headers editor.
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
const MISSING_KEY = 'Put your API key between the quotes of "apikey" in the Headers editor.';

const endpoint = new URL('/graphql', location.href);
const socket = new URL(endpoint);
socket.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:';

const fetcher = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: socket.href });

function keyIn(headers) {
  try {
    return JSON.parse(headers)?.apikey ?? '';
  } catch {
    return ''; // half typed
  }
}

// Asking without a key would only put a refused request into the console.
function fetchWithKey(parameters, options) {
  return options?.headers?.apikey ? fetcher(parameters, options) : { errors: [{ message: MISSING_KEY }] };
}

function Refetch({ introspect }) {
  introspect.current = useGraphiQLActions().introspect;
  return null;
}

function Page() {
  const introspect = useRef(null);
  const key = useRef('');
  const timer = useRef(0);

  function onEditHeaders(headers) {
    if (keyIn(headers) === key.current) return;
    key.current = keyIn(headers);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => introspect.current?.(), 300);
  }

  return (
    <GraphiQL
      fetcher={fetchWithKey}
      defaultQuery={QUERY}
      defaultHeaders={'{\n  "apikey": ""\n}'}
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

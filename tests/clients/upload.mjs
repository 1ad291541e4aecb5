// Apollo Client with apollo-upload-client: a file by the GraphQL multipart request specification.
import { ApolloClient, InMemoryCache, gql } from '@apollo/client';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';

const [uri, apikey, bucket] = process.argv.slice(2);
const headers = { apikey, 'Apollo-Require-Preflight': 'true' };
const client = new ApolloClient({ link: new UploadHttpLink({ uri, headers }), cache: new InMemoryCache() });
const mutation = gql`
  mutation ($bucket: String!, $path: String!, $file: Upload!) {
    uploadFile(bucket: $bucket, path: $path, file: $file, metadata: { from: "apollo" }) {
      path
      size
      contentType
      metadata
    }
  }
`;
const file = new File(['hello, ', 'world'], 'hello.txt', { type: 'text/plain' });
const { data } = await client.mutate({ mutation, variables: { bucket, path: 'from/apollo.txt', file } });
console.log(JSON.stringify(data.uploadFile, (key, value) => (key === '__typename' ? undefined : value)));
process.exit(0);

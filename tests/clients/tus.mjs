// tus-js-client: a file over a connection that is cut again and again.
import { createReadStream, statSync } from 'node:fs';
import { Upload } from 'tus-js-client';

const [endpoint, apikey, bucket, path, file] = process.argv.slice(2);
const offsets = [];
const retries = [];
const upload = new Upload(createReadStream(file), {
  endpoint,
  headers: { apikey },
  metadata: { bucket, path, filetype: 'application/octet-stream' },
  uploadSize: statSync(file).size,
  retryDelays: Array.from({ length: 20 }, () => 50),
  onShouldRetry: (error) => {
    retries.push(error.originalResponse?.getStatus() ?? null);
    return true;
  },
  onAfterResponse: (_, response) => offsets.push(Number(response.getHeader('Upload-Offset') ?? -1)),
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => {
    console.log(JSON.stringify({ offsets, retries, url: upload.url }));
    process.exit(0);
  },
});
upload.start();

import { build } from 'esbuild';

await build({
  entryPoints: ['signin', 'home', 'desktop', 'shared', 'recording'].map((page) => `src/${page}.ts`),
  outdir: '../wwwroot/js',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  sourcemap: true,
  legalComments: 'linked',
  logLevel: 'warning',
});

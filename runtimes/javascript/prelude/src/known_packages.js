// Names that a program may rightly expect elsewhere and that this runtime lacks. Any other unknown name is one that
// the program made up, which is its own mistake.

/** Modules of node that need processes, threads, sockets or the inside of V8. */
const NODE = [
  'async_hooks', 'cluster', 'dgram', 'diagnostics_channel', 'dns', 'dns/promises', 'domain', 'http', 'http2', 'https', 'inspector', 'inspector/promises', 'net', 'repl', 'sea', 'sqlite',
  'constants', 'path/win32', 'sys', 'tls', 'trace_events', 'tty', 'v8', 'vm', 'wasi', 'zlib', 'test/reporters', 'stream/web', 'stream/consumers',
];

/** Packages that model-written programs ask for. */
const NPM = [
  'ajv', 'angular', 'apollo-server', 'archiver', 'argon2', 'async', 'aws-sdk', 'axios', 'babel-core', 'bcrypt', 'bcryptjs', 'better-sqlite3', 'big-integer', 'big.js', 'bignumber.js', 'bluebird', 'body-parser', 'bull',
  'bunyan', 'canvas', 'cassandra-driver', 'chalk', 'cheerio', 'chokidar', 'class-transformer', 'class-validator', 'classnames', 'cli-table', 'colors', 'commander', 'compression', 'cookie-parser', 'core-js', 'cors',
  'cron', 'cross-fetch', 'crypto-js', 'csv-parse', 'csv-parser', 'csv-stringify', 'd3', 'dayjs', 'date-fns', 'date-fns-tz', 'date-holidays', 'debug', 'decimal.js', 'deep-equal', 'discord.js', 'dotenv', 'ejs', 'electron',
  'enzyme', 'esbuild', 'eslint', 'exceljs', 'express', 'express-session', 'express-validator', 'fast-check', 'fast-deep-equal', 'fast-glob', 'fastify', 'faker', 'fetch-mock', 'ffmpeg', 'file-saver', 'firebase',
  'firebase-admin', 'form-data', 'formidable', 'fp-ts', 'fs-extra', 'glob', 'googleapis', 'got', 'graphql', 'handlebars', 'hapi', 'heap', 'heap-js', 'helmet', 'highland', 'http-proxy', 'immer', 'immutable', 'inquirer', 'ioredis',
  'isomorphic-fetch', 'jest', 'jest-each', 'jest-mock', 'jimp', 'joi', 'jquery', 'js-sha256', 'js-yaml', 'jsdom', 'jsonwebtoken', 'jszip', 'kafkajs', 'knex', 'koa', 'koa-router', 'lodash-es', 'lowdb', 'lru-cache', 'luxon', 'mathjs',
  'mathjax', 'memoizee', 'micromatch', 'mime', 'mime-types', 'minimatch', 'minimist', 'mobx', 'mock-fs', 'moment', 'moment-timezone', 'mongodb', 'mongoose', 'morgan', 'mqtt', 'msw', 'multer', 'mysql', 'mysql2',
  'nanoid', 'natural', 'next', 'nock', 'node-cache', 'node-cron', 'node-fetch', 'nodemailer', 'numeral', 'object-hash', 'openai', 'ora', 'p-limit', 'p-queue', 'papaparse', 'passport', 'passport-jwt', 'pdfkit', 'pg',
  'pino', 'playwright', 'pm2', 'preact', 'prettier', 'prisma', 'prompt', 'prompt-sync', 'prompts', 'proxyquire', 'puppeteer', 'q', 'qs', 'ramda', 'random-js', 'react', 'react-dom', 'react-redux', 'react-router', 'react-router-dom', 'react-test-renderer', 'readline-sync',
  'recoil', 'redis', 'redux', 'redux-saga', 'redux-thunk', 'reflect-metadata', 'regenerator-runtime', 'request', 'request-promise', 'restify', 'rewire', 'rimraf', 'rxjs', 'sanitize-html', 'seedrandom', 'semver', 'sequelize', 'sharp', 'shelljs',
  'should', 'sinon', 'sinon-chai', 'slugify', 'socket.io', 'socket.io-client', 'solid-js', 'sqlite3', 'string-similarity', 'stripe', 'styled-components', 'superagent', 'supertest', 'svelte', 'tape', 'tap', 'three', 'through2',
  'tslib', 'ts-node', 'typeorm', 'typescript', 'undici', 'url-parse', 'uuid', 'validator', 'vue', 'vue-router', 'vuex', 'webpack', 'winston', 'ws', 'xlsx', 'xml2js', 'yaml', 'yargs', 'yup', 'zod', 'zustand', 'chai-as-promised',
  'ava', 'jasmine', 'qunit', 'underscore', 'priorityqueue', 'js-priority-queue', 'mnemonist', 'collections', 'datastructures-js', 'sorted-array', 'typescript-collections', 'tinyqueue', 'bitset', 'bloom-filters', 'crypto-browserify', 'sha.js', 'js-sha1', 'js-sha512', 'iconv-lite', 'leven', 'fast-levenshtein',
];

/** Scopes whose packages exist in great number. */
const SCOPES = ['@angular', '@apollo', '@aws-sdk', '@babel', '@emotion', '@faker-js', '@fastify', '@hapi', '@jest', '@mui', '@nestjs', '@prisma', '@reduxjs', '@sinonjs', '@supabase', '@tanstack', '@tensorflow', '@testing-library', '@types', '@vitejs', '@vitest', '@vue', '@datastructures-js', '@stdlib', '@turf', '@google-cloud', '@azure', '@octokit', '@sentry'];

const node = new Set(NODE);
const npm = new Set(NPM);
const scopes = new Set(SCOPES);

/** Whether `specifier` names something real that this runtime lacks. */
export function isKnown(specifier) {
  const name = specifier.startsWith('node:') ? specifier.slice(5) : specifier;
  if (node.has(name)) return true;
  if (specifier !== name) return false;
  const [first] = name.split('/', 1);
  return first.startsWith('@') ? scopes.has(first) : npm.has(first) || node.has(first);
}

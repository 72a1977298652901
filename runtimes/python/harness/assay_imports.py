"""What every Python snapshot has imported: the parts of the standard library that generated code uses."""

import abc, argparse, array, ast, asyncio, atexit, base64, binascii, bisect, builtins, calendar, cmath  # noqa: E401
import collections, collections.abc, concurrent.futures, contextlib, copy, csv, dataclasses, datetime  # noqa: E401
import decimal, difflib, enum, errno, fnmatch, fractions, functools, gc, glob, graphlib, hashlib, heapq  # noqa: E401
import hmac, html, inspect, io, itertools, json, keyword, linecache, locale, logging, math, multiprocessing  # noqa: E401
import numbers, operator, os, pathlib, pickle, platform, pprint, queue, random, re, reprlib, secrets, shlex  # noqa: E401
import shutil, signal, statistics, string, struct, subprocess, sys, tempfile, textwrap, threading  # noqa: E401
import socket, time, timeit, tokenize, traceback, types, typing, unicodedata, unittest, urllib.parse, uuid  # noqa: E401
import warnings, weakref, zlib, zoneinfo  # noqa: E401

# Printing a traceback imports more when it happens first; that is the snapshot's business, not a program's.
try:
    exec(compile("\n1 // 0", "<warm-up>", "exec"))
except ZeroDivisionError as error:
    traceback.print_exception(error, file=io.StringIO())

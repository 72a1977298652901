# Looks for randomness that is not from its seed.
# expect: exception FileNotFoundError
import os
import random
import secrets
import uuid

open("/dev/urandom", "rb")

"""Well-known packages that this runtime may lack, and modules that the standard library had once: a program that needs one is
unsupported, not wrong.

A module that is neither here nor in the standard library is one that the program made up.
"""

KNOWN_PACKAGES = frozenset(
    """
    absl aifc aiofiles aiohttp albumentations altair anthropic apscheduler arrow astropy asynchat asyncore audioop
    babel bcrypt beautifulsoup4 black blake3 bokeh boto3 botocore bottle cachetools catboost celery cffi
    chainer cherrypy chunk colorama crypt Crypto Cryptodome cryptography cupy cv2 cvxpy cython dash dask datasets deap
    diffusers discord distutils dns docker docutils dotenv elasticsearch emoji faiss falcon fastapi fire
    flask_sqlalchemy fpdf ftfy gensim geopandas gevent git gmpy2 googleapiclient gradio graphviz greenlet grpc gspread
    gunicorn gym gymnasium h5py httpx hypothesis imageio imblearn imghdr imp invoke ipywidgets isort jax joypy
    jsonschema jwt keras keyboard kivy langchain langdetect Levenshtein lib2to3 librosa lightgbm lime llvmlite lmfit
    loguru lorem mailcap markdown marshmallow mistune mlflow mock moviepy mpi4py msgpack msilib multidict
    multipledispatch mypy mysql nbformat netifaces nis nntplib nose numba numexpr oauthlib odf onnx openai orjson
    ossaudiodev pandas_datareader paramiko parso passlib pdfkit pdfminer peewee pendulum pexpect phonenumbers pika
    pipes plotly polars prophet psutil psycopg2 ptyprocess pwn pyarrow pyautogui pycountry pycparser pydantic pydub
    pyfiglet pygame pyglet pylint pymc pymongo pymysql pynput pyodbc pyperclip pypinyin pyproj PyQt5 pyserial pyspark
    python_http_client pytorch_lightning pyttsx3 pywt qrcode queuelib rapidfuzz ray redis requests_oauthlib
    responses rich ruamel sanic scapy schedule scrapy selenium sendgrid sentence_transformers sentencepiece serial
    shap shapely simplejson simpy skimage slugify smart_open smtpd sndhdr soundfile spacy speech_recognition spwd
    sqlalchemy statsmodels_formula stripe sunau sympy_plot tabula telegram telnetlib tenacity tensorflow termcolor
    tiktoken timm tokenizers toml torch torchaudio torchtext torchvision tornado transformers trio tweepy twilio
    twisted typer tzlocal ujson unidecode uu uvicorn uvloop vaderSentiment vllm wandb watchdog websocket websockets
    wikipedia wordcloud wordninja xarray xdrlib xgboost xlutils xmlschema yfinance z3 zmq zope
    """.split()
)

"""Well-known packages that this runtime may lack: a program that needs one is unsupported, not wrong.

A module that is neither here nor in the standard library is one that the program made up.
"""

KNOWN_PACKAGES = frozenset(
    """
    absl aiofiles aiohttp albumentations altair anthropic apscheduler arrow astropy autograd babel beautifulsoup4
    bcrypt black bokeh boto3 botocore bottle cachetools catboost celery certifi cffi chainer chardet cherrypy click
    colorama Crypto Cryptodome cryptography cupy cv2 cvxpy cython dash dask datasets deap diffusers discord django
    dns docker docutils docx dotenv elasticsearch emoji faiss faker Faker falcon fastapi fire flask flask_login
    flask_mail flask_restful flask_sqlalchemy flask_wtf folium fpdf ftfy gensim geopandas geopy gevent git gmpy2
    googleapiclient gradio graphviz greenlet grpc gspread gunicorn gym gymnasium h5py httpx hypothesis imageio
    imblearn invoke ipywidgets isort jax joypy jsonschema jwt keras keyboard kivy langchain langdetect librosa
    lightgbm lime llvmlite loguru lorem markdown marshmallow mechanize mistune mlflow mock moviepy mpi4py msgpack
    multidict multipledispatch mypy mysql natsort nbformat netifaces nltk numba numexpr nose oauthlib odf onnx
    openai orjson paramiko parso passlib pdfkit pdfminer peewee pendulum pexpect phonenumbers pika plotly
    polars prettytable prophet psutil psycopg2 ptyprocess pwn py pyarrow pyasn1 pyautogui pycparser pycountry
    pydantic pydub pyfiglet pygame pyglet pygments pylint pymc pymongo pymysql pynput pyodbc pyperclip pypinyin
    PyPDF2 pyquery pyserial pyspark pytesseract pytest pytorch_lightning pytz pyttsx3 pywt qrcode queuelib rapidfuzz
    ray redis reportlab requests requests_mock requests_oauthlib responses rich rsa ruamel sanic scapy schedule
    scrapy selenium sendgrid sentence_transformers sentencepiece serial shap shapely simplejson simpy skimage
    slugify smart_open sortedcontainers soundfile spacy speech_recognition sqlalchemy statsmodels_formula stripe
    sympy_plot tabula telegram tensorflow tenacity termcolor texttable textblob tiktoken timm tokenizers toml
    torch torchaudio torchtext torchvision tornado transformers trio tweepy twilio twisted typer tzlocal ujson
    unidecode urllib3 uvicorn uvloop vaderSentiment vllm wandb watchdog websocket websockets werkzeug wikipedia
    wordcloud wordninja wtforms xarray xgboost xlwt xlutils xmlschema yfinance z3 zmq zope
    """.split()
)

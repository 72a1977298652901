# Opens an image of billions of pixels.
# expect: out_of_memory
import io
import struct
import zlib

from PIL import Image

Image.MAX_IMAGE_PIXELS = None
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0))
png += chunk(b"IDAT", zlib.compress(bytes(10_000_000))) + chunk(b"IEND", b"")
Image.open(io.BytesIO(png)).load()

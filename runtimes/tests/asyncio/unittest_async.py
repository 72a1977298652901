import asyncio
import io
import unittest
from unittest import mock

async def fetch(client, key):
    await asyncio.sleep(0.01)
    return await client.get(key)

class Test(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.client = mock.AsyncMock()
        self.client.get.return_value = 3

    async def test_fetch(self):
        self.assertEqual(await fetch(self.client, "k"), 3)
        self.client.get.assert_awaited_once_with("k")

    async def test_timeout(self):
        with self.assertRaises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(1)

result = unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Test))
print(result.testsRun, result.wasSuccessful())

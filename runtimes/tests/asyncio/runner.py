import asyncio
import contextvars

var = contextvars.ContextVar("var", default=0)

async def bump():
    var.set(var.get() + 1)
    await asyncio.sleep(0.001)
    return var.get()

with asyncio.Runner() as runner:
    print(runner.run(bump()), runner.run(bump()))
    print(runner.get_loop().is_running())
print(var.get())
with asyncio.Runner(debug=True) as runner:
    print(runner.get_loop().get_debug(), runner.run(bump()))

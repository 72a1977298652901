# difficulty: medium
import heapq


def build_order(needs: dict[str, list[str]]) -> list[str]:
    """Order the targets of a build so that each comes after everything it needs.

    `needs` tells for each target which others it needs; those that need nothing may be missing from
    the keys. Whenever several targets could come next, take the alphabetically first. Raise ValueError
    when targets need each other in a circle.

    >>> build_order({"app": ["lib", "css"], "lib": ["base"]})
    ['base', 'css', 'lib', 'app']
    >>> build_order({"b": [], "a": []})
    ['a', 'b']
    """
    waiting = {target: set(required) for target, required in needs.items()}
    for required in needs.values():
        for target in required:
            waiting.setdefault(target, set())
    users = {target: [] for target in waiting}
    for target, required in waiting.items():
        for other in required:
            users[other].append(target)
    ready = [target for target, required in waiting.items() if not required]
    heapq.heapify(ready)
    order = []
    while ready:
        done = heapq.heappop(ready)
        order.append(done)
        for user in users[done]:
            waiting[user].remove(done)
            if not waiting[user]:
                heapq.heappush(ready, user)
    if len(order) < len(waiting):
        raise ValueError("targets need each other in a circle")
    return order

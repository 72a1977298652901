import threading

def merge_sort(values, depth=0):
    if len(values) < 2:
        return values
    middle = len(values) // 2
    if depth >= 2:
        left, right = merge_sort(values[:middle], depth), merge_sort(values[middle:], depth)
    else:
        halves = [None, None]

        def sort(i, part):
            halves[i] = merge_sort(part, depth + 1)

        ts = [threading.Thread(target=sort, args=(i, part)) for i, part in enumerate((values[:middle], values[middle:]))]
        for t in ts:
            t.start()
        for t in ts:
            t.join()
        left, right = halves
    merged = []
    while left and right:
        merged.append((left if left[0] <= right[0] else right).pop(0))
    return merged + left + right

print(merge_sort([5, 2, 9, 1, 5, 6, 3, 8, 7, 0]))

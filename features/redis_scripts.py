"""What Redis does by itself, so that two writers cannot come between a look and a write. Times are exact: microseconds fit a double until 2255."""

WRITE = """
-- KEYS: entities. ARGV: the view's field, then one value per entity. The newest event wins, then the row created last, then the one written last.
for place, key in ipairs(KEYS) do
    local held, fresh, newer = redis.call('HGET', key, ARGV[1]), ARGV[place + 1], true
    if held then
        local _, held_event, held_created = struct.unpack('<i4i8i8', held)
        local _, event, created = struct.unpack('<i4i8i8', fresh)
        newer = event > held_event or (event == held_event and created >= held_created)
    end
    if newer then redis.call('HSET', key, ARGV[1], fresh) end
end
"""

SET_BACK = """
-- KEYS: entities. ARGV: an event time, then the fields of views whose later rows are set to it.
local at = struct.unpack('<i8', ARGV[1])
for _, key in ipairs(KEYS) do
    for place = 2, #ARGV do
        local held = redis.call('HGET', key, ARGV[place])
        if held then
            local _, event = struct.unpack('<i4i8', held)
            if event > at then redis.call('HSET', key, ARGV[place], string.sub(held, 1, 4) .. ARGV[1] .. string.sub(held, 13)) end
        end
    end
end
"""

import HearthDrivers

/// The changes of a bucket that must happen at once; each script gets the bucket's prefix first. ``RedisAnswerLayout`` tells the keys.
enum RedisAnswerScripts {
    /// Takes an index line apart, and an answer out of every place it stands in; refuses the run of a job behind which a later one has
    /// been in the bucket already. The mark of a run lasts for an hour: a ledger that begins anew with low numbers is not refused for ever.
    /// A server that is full takes no mark, and is to be pruned all the same.
    private static let common = """
        local p = ARGV[1]
        local function parts(line)
            local found = {}
            for part in string.gmatch(line, '[^\\n]+') do found[#found + 1] = part end
            return found
        end
        local function weigh(f, sign)
            redis.call('hincrby', p .. 'm', 'bytes', sign * tonumber(f[1]))
            local space = string.match(f[7], '^\\31([^\\31]*)\\31')
            if space and redis.call('hincrby', p .. 'm', 'bytes:' .. space, sign * tonumber(f[1])) == 0 then
                redis.call('hdel', p .. 'm', 'bytes:' .. space)
            end
        end
        local function forget(key)
            local line = redis.call('hget', p .. 'i', key)
            if not line then return nil end
            local f = parts(line)
            redis.call('srem', p .. 'c:' .. f[7], key)
            redis.call('srem', p .. 'l:' .. f[8], key)
            for i = 9, #f do redis.call('srem', p .. 't:' .. f[i], key) end
            redis.call('zrem', p .. 'u', key)
            redis.call('zrem', p .. 's', key)
            redis.call('hdel', p .. 'i', key)
            weigh(f, -1)
            return f
        end
        local function remove(key)
            local f = forget(key)
            redis.call('del', p .. 'e:' .. key, p .. 'v:' .. key)
            return f
        end
        local function require(job, fence)
            if job == '' then return nil end
            local last = redis.call('get', p .. 'j:' .. job)
            if last and tonumber(last) > tonumber(fence) then
                return redis.error_reply('FENCED fence ' .. fence .. ' of ' .. job .. ' came after ' .. last)
            end
            redis.pcall('set', p .. 'j:' .. job, fence, 'px', 3600000)
            return nil
        end

        """

    /// Adds or replaces an answer, but not in the place of one that was asked for after a later invalidation, nor of one that was stored
    /// later, as another replica may have while this answer waited; a moment that is still to come by the server's clock is no reason. A
    /// newer answer inherits the hits. The other replicas are told, and whoever waits for the answer is. Arguments: key, record, index line, generation, hits, last
    /// use, votes for, votes against, moment at which Redis may forget it, channel, replica, job and fence, or two empty ones.
    static let put = RedisScript(
        common + """
            local refusal = require(ARGV[13], ARGV[14])
            if refusal then return refusal end
            local key, e = ARGV[2], p .. 'e:' .. ARGV[2]
            local known = redis.call('hmget', e, 'g', 'h', 't')
            if known[1] and tonumber(known[1]) > tonumber(ARGV[5]) then return 0 end
            local f = parts(ARGV[4])
            local stored = known[1] and tonumber(known[1]) == tonumber(ARGV[5]) and redis.call('zscore', p .. 's', key)
            if stored and tonumber(stored) > tonumber(f[3]) then
                local now = redis.call('time')
                if tonumber(stored) <= tonumber(now[1]) * 1000 + tonumber(now[2]) / 1000 then return 0 end
            end
            local hits = math.max(tonumber(known[2] or 0), tonumber(ARGV[6]))
            local used = math.max(tonumber(known[3] or 0), tonumber(ARGV[7]))
            forget(key)
            redis.call('hset', e, 'a', ARGV[3], 'g', ARGV[5], 'h', hits, 't', string.format('%.0f', used), 'p', ARGV[8], 'n', ARGV[9])
            if ARGV[10] == '-1' then redis.call('persist', e) else redis.call('pexpireat', e, ARGV[10]) end
            redis.call('hset', p .. 'i', key, ARGV[4])
            redis.call('sadd', p .. 'c:' .. f[7], key)
            redis.call('sadd', p .. 'l:' .. f[8], key)
            for i = 9, #f do redis.call('sadd', p .. 't:' .. f[i], key) end
            redis.call('zadd', p .. 'u', hits, key)
            redis.call('zadd', p .. 's', f[3], key)
            weigh(f, 1)
            if ARGV[8] == '0' and ARGV[9] == '0' then redis.call('del', p .. 'v:' .. key) end
            redis.call('del', p .. 'f:' .. key)
            redis.call('publish', ARGV[11], ARGV[12] .. '\\n' .. key)
            return 1
            """)

    /// Arguments: key, hits, last use, and again for each answer.
    static let addHits = RedisScript(
        common + """
            for i = 2, #ARGV, 3 do
                local e = p .. 'e:' .. ARGV[i]
                local used = redis.call('hget', e, 't')
                if used then
                    redis.call('hincrby', e, 'h', ARGV[i + 1])
                    redis.call('zincrby', p .. 'u', ARGV[i + 1], ARGV[i])
                    if tonumber(ARGV[i + 2]) > tonumber(used) then redis.call('hset', e, 't', ARGV[i + 2]) end
                end
            end
            return 0
            """)

    /// Arguments: key, field of the vote, channel, replica, voter or an empty one, most voters. Returns the entry as a look-up does, or
    /// nil.
    static let vote = RedisScript(
        common + """
            local e, v, field, voter = p .. 'e:' .. ARGV[2], p .. 'v:' .. ARGV[2], ARGV[3], ARGV[6]
            if redis.call('hexists', e, 'a') == 0 then return false end
            local counts = true
            if voter ~= '' then
                local before = redis.call('hget', v, voter)
                counts = before ~= field and (before or redis.call('hlen', v) < tonumber(ARGV[7]))
                if counts then
                    if before then redis.call('hincrby', e, before, -1) end
                    redis.call('hset', v, voter, field)
                    local left = redis.call('pttl', e)
                    if left > 0 then redis.call('pexpire', v, left) else redis.call('persist', v) end
                end
            end
            if counts then
                redis.call('hincrby', e, field, 1)
                redis.call('publish', ARGV[4], ARGV[5] .. '\\n' .. ARGV[2])
            end
            return redis.call('hmget', e, 'a', 'h', 't', 'p', 'n')
            """)

    /// Looks at one slice of the index and forgets a voter there. Arguments: cursor, slice, voter. Returns the next cursor and how many
    /// votes he had given.
    static let forgetVoter = RedisScript(
        common + """
            local slice = redis.call('hscan', p .. 'i', ARGV[2], 'count', ARGV[3])
            local found = 0
            for i = 1, #slice[2], 2 do found = found + redis.call('hdel', p .. 'v:' .. slice[2][i], ARGV[4]) end
            return {slice[1], found}
            """)

    /// Arguments: job and fence, or two empty ones, channel on which the other replicas are told, or an empty one, replica, then keys.
    /// Returns those that were there, with their sizes.
    static let remove = RedisScript(
        common + """
            local refusal = require(ARGV[2], ARGV[3])
            if refusal then return refusal end
            local found = {}
            for i = 6, #ARGV do
                local f = remove(ARGV[i])
                if f then
                    if ARGV[4] ~= '' then redis.call('publish', ARGV[4], ARGV[5] .. '\\n' .. ARGV[i]) end
                    found[#found + 1] = ARGV[i]
                    found[#found + 1] = f[1]
                end
            end
            return found
            """)

    /// Removes at most a number of answers of a kind, and tells the other replicas: one that cannot ask the authority for its counter hears
    /// of it nevertheless. Arguments: limit, channel, replica, then the suffixes of the sets that must all hold an answer; none for all
    /// answers. Returns the keys. An answer that the index lacks leaves the set it was found in, or it would be found for ever.
    static let removeKind = RedisScript(
        common + """
            local limit = tonumber(ARGV[2])
            local keys
            if #ARGV == 4 then
                keys = redis.call('zrange', p .. 's', 0, limit - 1)
            elseif #ARGV == 5 then
                keys = redis.call('srandmember', p .. ARGV[5], limit)
            else
                local sets = {}
                for i = 5, #ARGV do sets[#sets + 1] = p .. ARGV[i] end
                keys = redis.call('sinter', unpack(sets))
            end
            local found = {}
            for i = 1, math.min(#keys, limit) do
                if not remove(keys[i]) then
                    redis.call('zrem', p .. 's', keys[i])
                    for j = 5, #ARGV do redis.call('srem', p .. ARGV[j], keys[i]) end
                end
                redis.call('publish', ARGV[3], ARGV[4] .. '\\n' .. keys[i])
                found[#found + 1] = keys[i]
            end
            return found
            """)

    /// Looks at one slice of the index and removes what a rule names. Arguments: job and fence, or two empty ones, cursor, slice, now in
    /// ms, then the limits of the rules, each empty where the rule is not asked: expired (`1`), least confidence, greatest age in ms, hits
    /// below which age counts; then the space whose answers may go, empty for everyone's; then `1` to leave everything where it is. Returns
    /// the next cursor, then key, size and rule of each removed answer.
    static let prune = RedisScript(
        common + """
            local refusal = require(ARGV[2], ARGV[3])
            if refusal then return refusal end
            local now = tonumber(ARGV[6])
            local slice = redis.call('hscan', p .. 'i', ARGV[4], 'count', ARGV[5])
            local found = {slice[1]}
            for i = 1, #slice[2], 2 do
                local key, f = slice[2][i], parts(slice[2][i + 1])
                local e = redis.call('hmget', p .. 'e:' .. key, 'h', 'p', 'n')
                local usable, stored = tonumber(f[2]), tonumber(f[3])
                local rule
                local space = ARGV[11] ~= '' and (string.match(f[7], '^\\31([^\\31]*)\\31') or 'default') or ''
                if space ~= ARGV[11] then
                    rule = nil
                elseif ARGV[7] ~= '' and (not e[1] or (usable >= 0 and usable <= now) or stored > now + 60000) then
                    rule = 'expired'
                elseif e[1] and ARGV[8] ~= ''
                    and (4 * tonumber(f[4]) + e[2]) / (4 + e[2] + e[3]) < tonumber(ARGV[8]) then
                    rule = 'quality'
                elseif e[1] and ARGV[9] ~= '' and stored < now - tonumber(ARGV[9]) and tonumber(e[1]) < tonumber(ARGV[10]) then
                    rule = 'value'
                end
                if rule then
                    if ARGV[12] == '' then remove(key) end
                    found[#found + 1] = key
                    found[#found + 1] = f[1]
                    found[#found + 1] = rule
                end
            end
            return found
            """)

    /// One slice of the index. Arguments: cursor, slice. Returns the next cursor, then key, size, cost, hits and last use of each answer.
    static let values = RedisScript(
        common + """
            local slice = redis.call('hscan', p .. 'i', ARGV[2], 'count', ARGV[3])
            local found = {slice[1]}
            for i = 1, #slice[2], 2 do
                local key, f = slice[2][i], parts(slice[2][i + 1])
                local e = redis.call('hmget', p .. 'e:' .. key, 'h', 't')
                for _, part in ipairs({key, f[1], f[5], e[1] or '0', e[2] or '0'}) do found[#found + 1] = part end
            end
            return found
            """)

    /// The most used answers that stop being fresh before a moment. Arguments: moment in ms, least hits, most answers. Returns key and
    /// hits.
    static let popular = RedisScript(
        common + """
            local found, offset = {}, 0
            while #found < 2 * tonumber(ARGV[4]) and offset < 10000 do
                local slice = redis.call('zrevrangebyscore', p .. 'u', '+inf', ARGV[3], 'withscores', 'limit', offset, 200)
                if #slice == 0 then break end
                offset = offset + 200
                for i = 1, #slice, 2 do
                    local line = redis.call('hget', p .. 'i', slice[i])
                    local fresh = line and tonumber(parts(line)[6]) or -1
                    if fresh >= 0 and fresh < tonumber(ARGV[2]) and #found < 2 * tonumber(ARGV[4]) then
                        found[#found + 1] = slice[i]
                        found[#found + 1] = slice[i + 1]
                    end
                end
            end
            return found
            """)
}

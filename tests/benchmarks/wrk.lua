-- Counts as tests/benchmarks/wrk.py wants it, and can make each question unlike the one before.
local asked = 0

function init(args)
  if args[1] == "unlike" then
    local path = wrk.path
    request = function()
      asked = asked + 1
      return wrk.format(nil, path .. "&unlike=" .. asked)
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"answers": %d, "microseconds": %d, "p50": %d, "p99": %d, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end

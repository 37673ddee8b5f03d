-- What wrk asks is told by the environment, where a command line would show secrets to everyone on the machine. In the end
-- there is one line that a program reads.
wrk.method = os.getenv("BENCH_METHOD")
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Authorization"] = os.getenv("BENCH_AUTHORIZATION")
wrk.headers["Content-Type"] = os.getenv("BENCH_CONTENT_TYPE")
wrk.headers["Connection"] = os.getenv("BENCH_CONNECTION")

local threads = 0

function setup(thread)
   thread:set("number", threads)
   threads = threads + 1
end

-- With a file of bodies, one a line, each request takes the next. Threads begin at different places.
local file = os.getenv("BENCH_BODIES")
if file then
   local requests, next_one = {}, 0

   function init()
      for body in io.lines(file) do
         requests[#requests + 1] = wrk.format(nil, nil, nil, body)
      end
      next_one = number * math.floor(#requests / 2)
   end

   function request()
      next_one = next_one % #requests + 1
      return requests[next_one]
   end
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      "figures %d %d %d %d %d %d\n",
      summary.requests,
      summary.duration,
      latency:percentile(50),
      latency:percentile(99),
      errors.status,
      errors.connect + errors.read + errors.write + errors.timeout))
end

// Parts of a map on several threads. Which part is which depends on the size of the map alone, never on the number of
// threads, so that bits do not either.
#pragma once

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace redistill {

/** While it lives, this thread takes numbers below 2^-126 for 0, as TensorFlow's threads do, and rounds to nearest. */
class SmallIsZero {
 public:
#if defined(__x86_64__)
  SmallIsZero() : before(_mm_getcsr()) { _mm_setcsr(0x1f80 | 0x8040); }
  ~SmallIsZero() { _mm_setcsr(before); }

 private:
  unsigned before;
#elif defined(__aarch64__)
  SmallIsZero() {
    asm volatile("mrs %0, fpcr" : "=r"(before));
    asm volatile("msr fpcr, %0" : : "r"(uint64_t{1} << 24));
  }
  ~SmallIsZero() { asm volatile("msr fpcr, %0" : : "r"(before)); }

 private:
  uint64_t before;
#endif
};

/**
 * Whether something becomes true soon: within some twenty microseconds, which is less than it takes to put a thread to
 * sleep and wake it. A step has hundreds of maps that are as short as that.
 */
template <class Ready>
bool soon(const Ready& ready) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(20);
  do {
    for (int look = 0; look < 16; ++look) {
      if (ready()) return true;
#if defined(__x86_64__)
      _mm_pause();
#endif
    }
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

/** Threads that wait for work beside the one that has it. They live as long as the process. */
class Helpers {
 public:
  static Helpers& ofProcess() {
    // Never deleted: the threads would have to end while the process does.
    static Helpers* const all = new Helpers(threadsWanted() - 1);
    return *all;
  }

  /** Those that work on a map, with the one that has it. */
  int threads() const { return count + 1; }

  /** Calls `part` for 0 to `parts` - 1. Where the helpers are busy with another map, one after the other. */
  void run(int64_t parts, const std::function<void(int64_t)>& part) {
    std::unique_lock<std::mutex> turn(busy, std::try_to_lock);
    if (count == 0 || parts == 1 || !turn.owns_lock()) {
      const SmallIsZero here;
      for (int64_t at = 0; at < parts; ++at) part(at);
      return;
    }
    {
      const std::lock_guard<std::mutex> guard(state);
      work = &part;
      end = parts;
      finished = 0;
      left = parts;
    }
    begin.notify_all();
    takeParts();
    const auto isDone = [this] { return finished == end; };
    if (soon(isDone)) return;
    std::unique_lock<std::mutex> guard(state);
    done.wait(guard, isDone);
  }

 private:
  explicit Helpers(int wanted) {
    for (; count < wanted; ++count) {
      try {
        std::thread([this] { wait(); }).detach();
      } catch (const std::system_error&) {
        return;  // The system gives no more threads; those that are there do the work.
      }
    }
  }

  /** What TensorFlow's own kernels take: TF_NUM_INTRAOP_THREADS, or every processor that this process may use. */
  static int threadsWanted() {
    const char* given = std::getenv("TF_NUM_INTRAOP_THREADS");
    const int wanted = given == nullptr ? 0 : std::atoi(given);
    if (wanted > 0) return wanted;
    cpu_set_t mine;
    CPU_ZERO(&mine);
    const int found = sched_getaffinity(0, sizeof mine, &mine) == 0 ? CPU_COUNT(&mine) : 0;
    return found > 0 ? found : std::max(1u, std::thread::hardware_concurrency());
  }

  void wait() {
    const auto isWork = [this] { return left > 0; };
    for (;;) {
      if (!soon(isWork)) {
        std::unique_lock<std::mutex> guard(state);
        begin.wait(guard, isWork);
      }
      takeParts();
    }
  }

  /**
   * A part that was taken keeps `work` and `end` as they are until it is finished, so that a thread that comes late
   * takes one of the map that is worked on then, or none.
   */
  void takeParts() {
    const SmallIsZero here;
    for (int64_t at = left; at > 0;) {
      if (!left.compare_exchange_weak(at, at - 1)) continue;
      const int64_t all = end;
      (*work)(all - at);
      if (++finished == all) {
        const std::lock_guard<std::mutex> guard(state);
        done.notify_one();
      }
      at = left;
    }
  }

  int count = 0;
  std::mutex busy;
  std::mutex state;
  std::condition_variable begin;
  std::condition_variable done;
  const std::function<void(int64_t)>* work = nullptr;
  int64_t end = 0;
  /** Parts that nobody has taken. */
  std::atomic<int64_t> left{0};
  std::atomic<int64_t> finished{0};
};

/** Floats that a thread takes at a time: what fits into its first caches, long enough to be worth the hand-over. */
constexpr int64_t part = 1 << 14;

/**
 * Calls `part(index, begin, end)` for parts of 0 to `size`, each of `each` but the last.
 */
template <class Part>
void inParts(int64_t size, int64_t each, const Part& part) {
  if (size == 0) return;
  const int64_t parts = (size + each - 1) / each;
  Helpers::ofProcess().run(
      parts, [&](int64_t index) { part(index, index * each, std::min(size, (index + 1) * each)); });
}

}  // namespace redistill

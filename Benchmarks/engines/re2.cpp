// RE2::Set over texts: how fast it says which of the pack's patterns a text matches; no places.
//
//     re2 TEXTS EXPRESSIONS /dev/null        as hyperscan.cpp; terms are not for it
#include <re2/re2.h>
#include <re2/set.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <time.h>
#include <vector>

static std::vector<std::string> lines(const char *path) {
  std::vector<std::string> all;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) all.push_back(line);
  return all;
}

static long long now() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const auto texts = lines(argv[1]);
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_log_errors(false);
  options.set_max_mem(1LL << 30);
  RE2::Set set(options, RE2::UNANCHORED);
  int used = 0;
  for (const auto &text : lines(argv[2])) {
    std::string error;
    if (set.Add(text, &error) >= 0) ++used;
    else std::fprintf(stderr, "re2: left out: %s\n", error.c_str());
  }
  if (!set.Compile()) {
    std::fprintf(stderr, "re2: the set does not compile\n");
    return 1;
  }
  std::printf("ready %d 0\n", used);
  std::fflush(stdout);
  std::vector<int> found;
  for (std::string line; std::getline(std::cin, line);) {
    long long matches = 0, failures = 0;
    const long long start = now();
    for (const auto &text : texts) {
      RE2::Set::ErrorInfo error;
      found.clear();
      if (set.Match(text, &found, &error)) matches += found.size();
      else if (error.kind != RE2::Set::kNoError) ++failures;
    }
    std::printf("%lld %lld\n", now() - start, matches);
    std::fflush(stdout);
    if (failures) std::fprintf(stderr, "re2: out of memory on %lld texts\n", failures);
  }
}

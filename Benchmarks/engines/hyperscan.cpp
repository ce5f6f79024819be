// Hyperscan (or Vectorscan, which has the same interface) over texts: how fast it scans the pack's patterns, its terms, or both.
//
//     hyperscan TEXTS EXPRESSIONS TERMS       each a file with one entry a line; EXPRESSIONS or TERMS may be /dev/null
//
// Prints "ready EXPRESSIONS TERMS", then for every line on standard input scans all texts once and prints
// "NANOSECONDS MATCHES". Matches are identifiers with ends, as it reports them at its fastest; no starts.
#include <hs/hs.h>

#include <cstdio>
#include <cstdlib>
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

static int count(unsigned, unsigned long long, unsigned long long, unsigned, void *context) {
  ++*static_cast<long long *>(context);
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  const auto texts = lines(argv[1]);
  const auto terms = lines(argv[3]);
  std::vector<hs_database_t *> databases;
  hs_compile_error_t *error = nullptr;

  // What it does not support is left out and counted.
  std::vector<std::string> expressions;
  for (const auto &text : lines(argv[2])) {
    hs_expr_info_t *info = nullptr;
    if (hs_expression_info(text.c_str(), HS_FLAG_CASELESS, &info, &error) == HS_SUCCESS) {
      expressions.push_back(text);
      free(info);
    } else {
      std::fprintf(stderr, "hyperscan: left out: %s\n", error->message);
      hs_free_compile_error(error);
    }
  }
  if (!expressions.empty()) {
    std::vector<const char *> pointers;
    std::vector<unsigned> flags, ids;
    for (const auto &text : expressions) {
      pointers.push_back(text.c_str());
      flags.push_back(HS_FLAG_CASELESS | HS_FLAG_ALLOWEMPTY);
      ids.push_back(unsigned(ids.size()));
    }
    hs_database_t *database = nullptr;
    if (hs_compile_multi(pointers.data(), flags.data(), ids.data(), unsigned(ids.size()), HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
      std::fprintf(stderr, "hyperscan: %s (%d)\n", error->message, error->expression);
      return 1;
    }
    databases.push_back(database);
  }
  if (!terms.empty()) {
    std::vector<const char *> pointers;
    std::vector<size_t> sizes;
    std::vector<unsigned> flags, ids;
    for (const auto &text : terms) {
      pointers.push_back(text.c_str());
      sizes.push_back(text.size());
      flags.push_back(HS_FLAG_CASELESS);
      ids.push_back(unsigned(ids.size()));
    }
    hs_database_t *database = nullptr;
    if (hs_compile_lit_multi(pointers.data(), flags.data(), ids.data(), sizes.data(), unsigned(ids.size()), HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS) {
      std::fprintf(stderr, "hyperscan: %s (%d)\n", error->message, error->expression);
      return 1;
    }
    databases.push_back(database);
  }
  hs_scratch_t *scratch = nullptr;
  for (auto database : databases)
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;
  std::printf("ready %zu %zu\n", expressions.size(), terms.size());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    long long matches = 0;
    const long long start = now();
    for (const auto &text : texts)
      for (auto database : databases)
        if (hs_scan(database, text.data(), unsigned(text.size()), 0, scratch, count, &matches) != HS_SUCCESS) return 1;
    std::printf("%lld %lld\n", now() - start, matches);
    std::fflush(stdout);
  }
}

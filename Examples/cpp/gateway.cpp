// One message, or a stream of requests, judged from C++.
//
//     gateway "Your chart 00418823 is ready"      one verdict, for people
//     gateway < requests.ndjson                   one verdict a line, as tightlip filter writes them

#include <tightlip.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tightlip {

struct release {
  void operator()(tightlip_filter *filter) const { tightlip_filter_release(filter); }
  void operator()(tightlip_scanner *scanner) const { tightlip_scanner_release(scanner); }
  void operator()(tightlip_error *error) const { tightlip_error_release(error); }
};

/// Compiled once; shared by all threads.
class filter {
 public:
  filter() {
    tightlip_filter *made = nullptr;
    tightlip_error *failed = nullptr;
    const auto status = tightlip_filter_create(nullptr, &made, &failed);
    std::unique_ptr<tightlip_error, release> error(failed);
    if (status != TIGHTLIP_OK) {
      const char *text = nullptr;
      tightlip_error_text(failed, &text, nullptr);
      throw std::runtime_error(failed ? text : tightlip_status_text(status));
    }
    handle.reset(made);
  }
  std::unique_ptr<tightlip_filter, release> handle;
};

/// One for each thread. What it gives is valid until its next call.
class scanner {
 public:
  explicit scanner(const filter &filter) {
    tightlip_scanner *made = nullptr;
    if (tightlip_scanner_create(filter.handle.get(), &made) != TIGHTLIP_OK)
      throw std::runtime_error("no scanner");
    handle.reset(made);
  }
  /// Never fails without blocking: on an error the verdict is a block.
  const tightlip_verdict &scan(std::string_view text) {
    const tightlip_verdict *verdict;
    tightlip_scan(handle.get(), text.data(), text.size(), &verdict);
    return *verdict;
  }
  /// Whole lines in, whole lines out.
  std::string_view answer(std::string_view lines) {
    const char *answers = nullptr;
    std::size_t length = 0;
    if (tightlip_scan_ndjson(handle.get(), lines.data(), lines.size(), &answers, &length) != TIGHTLIP_OK)
      throw std::runtime_error("no answer: the messages must not be sent");
    return {answers, length};
  }

 private:
  std::unique_ptr<tightlip_scanner, release> handle;
};

}  // namespace tightlip

int main(int count, char **arguments) try {
  tightlip::filter filter;
  tightlip::scanner scanner(filter);
  if (count > 1) {
    const auto &verdict = scanner.scan(arguments[1]);
    switch (verdict.action) {
      case TIGHTLIP_PASS:
        std::cout << "pass: " << verdict.text << '\n';
        break;
      case TIGHTLIP_REDACT:
        std::cout << "redact: " << verdict.text << '\n';
        break;
      default:  // whatever else it may be
        std::cout << "block";
        for (std::size_t index = 0; index < verdict.reason_count; index++)
          std::cout << (index ? ", " : ": ") << verdict.reasons[index].message;
        std::cout << '\n';
    }
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    line += '\n';
    if (!(std::cout << scanner.answer(line) << std::flush)) return 1;
  }
  return std::cin.bad() ? 1 : 0;
} catch (const std::exception &error) {
  std::cerr << error.what() << '\n';
  return 2;
}

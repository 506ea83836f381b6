#include "tests/support/process/program.hpp"

#include "tests/support/net/ports.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"
#include "tests/support/process/spawn.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <dlfcn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

namespace plug::test {

namespace {

/// The exit code with which the presets make sanitizers end.
constexpr int sanitizer_exit_code = 99;

/// The thread sanitizer keeps up to this many times the memory that the program uses.
constexpr std::uint64_t sanitizer_memory_factor = 8;

std::string program_path() {
    const char* path = std::getenv("PLUG_PROGRAM");
    if (path == nullptr)
        throw std::runtime_error("PLUG_PROGRAM does not say which program to test");
    return path;
}

/// What the program is started with: nothing, or the words of PLUG_LAUNCHER (as of PATH), which
/// lead to Wine.
std::vector<std::string> command_of(std::vector<std::string> arguments) {
    std::vector<std::string> command;
    if (const char* launcher = std::getenv("PLUG_LAUNCHER"); launcher != nullptr) {
        std::istringstream words(launcher);
        for (std::string word; std::getline(words, word, ':');)
            command.push_back(word);
    }
    command.push_back(program_path());
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

/// The signal that asks to stop. Wine makes Ctrl-C of SIGINT, and ends at SIGTERM without a word.
int stop_signal() { return runs_in_wine() ? SIGINT : SIGTERM; }

std::string next_mark() {
    static std::atomic<unsigned> runs = 0;
    return "TEST_RUN_OF_PLUG=" + std::to_string(getpid()) + "-" + std::to_string(++runs) + ";";
}

int exit_code_of(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

program::program(std::vector<std::string> arguments, start_options options)
    : directory_(std::make_unique<temporary_directory>()), mark_(next_mark()) {
    // Processes that detach become children of this one, so that it can wait for them.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (const auto& argument : arguments)
        line_ += " " + argument;
    if (!options.directory)
        options.directory = directory_->path();
    options.environment.push_back(mark_);
    typed_ = spawn(command_of(arguments), options, *directory_ / "output", *directory_ / "errors");
}

program::program(program&& other) noexcept
    : directory_(std::move(other.directory_)), mark_(std::move(other.mark_)),
      line_(std::move(other.line_)), typed_(std::exchange(other.typed_, -1)),
      background_(other.background_), typed_exit_(other.typed_exit_),
      background_exit_(other.background_exit_) {}

program::~program() {
    if (typed_ < 0)
        return;
    end_all();
    check_end();
}

void program::end_all() {
    // The first request drains, which may last as long as a session does; the second ends at once.
    const std::array<std::pair<int, milliseconds>, 3> steps{
        {{stop_signal(), 200ms}, {stop_signal(), 30s}, {SIGKILL, patience}}};
    for (const auto& [number, limit] : steps) {
        if (!is_alive())
            return;
        BOOST_CHECK_MESSAGE(number != SIGKILL, "two requests to stop do not end plug" << line_);
        if (!typed_exit_) {
            ::kill(typed_, number);
            ::kill(typed_, SIGCONT); // a case that failed may have left it stopped
        }
        for (const int left : children_marked(mark_))
            if (left != typed_)
                ::kill(left, number);
        if (eventually([this] { return !is_alive(); }, limit))
            return;
    }
}

void program::check_end() const {
    for (const auto& code : {typed_exit_, background_exit_}) {
        // The second request to stop may come when the program is leaving already and no longer
        // listens to it.
        const bool crashed =
            code && (*code == sanitizer_exit_code ||
                     (*code > 128 && *code != 128 + SIGKILL && *code != 128 + SIGTERM));
        BOOST_CHECK_MESSAGE(!crashed, "plug" << line_ << " ended with " << *code << ":\n"
                                             << errors());
    }
    BOOST_CHECK_MESSAGE(errors().find("Sanitizer") == std::string::npos &&
                            errors().find("runtime error:") == std::string::npos,
                        "plug" << line_ << ":\n"
                               << errors());
}

std::optional<int> program::wait_for(int process, milliseconds limit) {
    int status = 0;
    const bool ended = eventually(
        [&] {
            const int got = waitpid(process, &status, WNOHANG);
            if (got < 0)
                throw std::runtime_error("waitpid: not a child");
            return got == process;
        },
        limit);
    return ended ? std::optional(exit_code_of(status)) : std::nullopt;
}

std::optional<int> program::exit_code_within(milliseconds limit) {
    if (!typed_exit_)
        typed_exit_ = wait_for(typed_, limit);
    return typed_exit_;
}

int program::exit_code() {
    if (!exit_code_within(patience))
        throw std::runtime_error("plug" + line_ + " does not end: " + errors());
    return *typed_exit_;
}

int program::background_process() {
    const auto found = [this] {
        auto others = children_marked(mark_);
        std::erase(others, typed_);
        // Between its two forks a daemon is two processes.
        if (others.size() == 1)
            background_ = others.front();
        return background_ > 0;
    };
    if (background_ <= 0 && !eventually(found))
        throw std::runtime_error("plug" + line_ + " left no process: " + errors());
    return background_;
}

bool program::is_alive() {
    if (!typed_exit_)
        typed_exit_ = wait_for(typed_, 0ms);
    if (background_ > 0 && !background_exit_)
        background_exit_ = wait_for(background_, 0ms);
    return !typed_exit_ || !children_marked(mark_).empty();
}

int program::process() { return typed_exit_ && background_process() > 0 ? background_ : typed_; }

void program::signal(int number) {
    if (::kill(process(), number) != 0)
        throw std::runtime_error("no process to signal");
    if (number == SIGSTOP && !eventually([this] { return is_stopped(process()); }))
        throw std::runtime_error("a signal to stop stops no process");
}

void program::request_stop() { signal(stop_signal()); }
void program::kill() { signal(SIGKILL); }

int program::finish() {
    auto& code = process() == typed_ ? typed_exit_ : background_exit_;
    if (!code)
        code = wait_for(process(), patience);
    if (!code)
        throw std::runtime_error("plug" + line_ + " does not end: " + errors());
    return *code;
}

int program::stop() {
    request_stop();
    return finish();
}

void program::wait_until_listening(std::uint16_t port, std::size_t before) {
    const bool listens = eventually([&] {
        return listening_sockets(port) > before || exit_code_within(0ms).value_or(0) != 0 ||
               !is_alive();
    });
    if (!listens || listening_sockets(port) <= before)
        throw std::runtime_error("plug" + line_ + " does not listen: " + errors());
}

std::string program::output() const { return read_file(*directory_ / "output"); }
std::string program::errors() const { return read_file(*directory_ / "errors"); }

bool program::says(const std::string& expression, std::size_t count) const {
    return eventually([&] { return count_matches(errors(), expression) >= count; });
}

bool is_sanitized() {
    return dlsym(RTLD_DEFAULT, "__asan_init") != nullptr ||
           dlsym(RTLD_DEFAULT, "__tsan_init") != nullptr;
}

boost::test_tools::assertion_result is_not_sanitized(boost::unit_test::test_unit_id) {
    boost::test_tools::assertion_result result(!is_sanitized());
    result.message() << "a sanitizer would be in the way";
    return result;
}

std::uint64_t memory_factor() { return is_sanitized() ? sanitizer_memory_factor : 1; }

start_options with_memory_reused() {
    const char* set = std::getenv("ASAN_OPTIONS");
    return {.environment = {std::string("ASAN_OPTIONS=") + (set == nullptr ? "" : set) +
                            ":quarantine_size_mb=1:thread_local_quarantine_size_kb=64"}};
}

std::size_t count_matches(const std::string& text, const std::string& expression) {
    const boost::regex wanted(expression);
    const boost::sregex_iterator found(text.begin(), text.end(), wanted,
                                       boost::match_not_dot_newline);
    return static_cast<std::size_t>(std::distance(found, {}));
}

} // namespace plug::test

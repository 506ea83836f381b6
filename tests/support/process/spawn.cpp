#include "tests/support/process/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

extern char** environ;

namespace plug::test {

namespace {

constexpr int exec_failed = 127;
/// Descriptors below this one are closed or replaced in the child; the rest closes by itself.
constexpr int last_inherited = 64;
/// "nobody" on every Unix.
constexpr unsigned unprivileged_user = 65534;

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> made;
    for (const auto& word : words)
        made.push_back(const_cast<char*>(word.c_str()));
    made.push_back(nullptr);
    return made;
}

std::vector<std::string> environment_with(const std::vector<std::string>& added) {
    std::vector<std::string> all(added);
    for (char** entry = environ; *entry != nullptr; ++entry)
        if (!std::string_view(*entry).starts_with("NOTIFY_SOCKET=") &&
            !std::string_view(*entry).starts_with("LISTEN_") &&
            !std::string_view(*entry).starts_with("PLUG_"))
            all.emplace_back(*entry);
    return all;
}

constexpr std::string_view process_variable = "LISTEN_PID=";
constexpr std::size_t process_digits = 10;

/// What goes with passed sockets; the child writes its id over the zeros of the last one.
void add_passed(std::vector<std::string>& variables, const start_options& options) {
    if (options.passed.empty())
        return;
    std::string names;
    for (const auto& [number, name] : options.passed)
        names += (names.empty() ? "" : ":") + name;
    variables.push_back("LISTEN_FDS=" + std::to_string(options.passed.size()));
    variables.push_back("LISTEN_FDNAMES=" + names);
    variables.push_back(std::string(process_variable) + std::string(process_digits, '0'));
}

// Everything below runs between fork and exec, in a copy of a process with threads: system calls
// only, no memory is asked for.

void give_up(const char* what) {
    [[maybe_unused]] const auto ignored = write(2, what, std::char_traits<char>::length(what));
    _exit(exec_failed);
}

void leave_mounts() {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        give_up("cannot make a mount namespace\n");
}

void replace_devices(const char* directory) {
    if (mount(directory, "/dev", nullptr, MS_BIND | MS_REC, nullptr) != 0)
        give_up("cannot replace /dev\n");
    close(0);
    if (open("/dev/null", O_RDONLY) != 0)
        give_up("cannot open the new /dev/null\n");
}

void write_process_id(char* variable) {
    char* digit = variable + process_variable.size() + process_digits;
    for (auto left = getpid(); left > 0; left /= 10)
        *--digit = static_cast<char>('0' + left % 10);
}

/// Moves what is inherited to 3 and up, where systemd has its sockets; it lies above
/// last_inherited.
void place_inherited(const std::vector<int>& lifted) {
    int number = 3;
    for (const int each : lifted)
        if (dup2(each, number++) < 0)
            give_up("cannot pass a descriptor\n");
}

void redirect(const char* output, const char* errors, bool output_pipe_broken) {
    constexpr int mode = 0644;
    const int nothing = open("/dev/null", O_RDONLY);
    int out = open(output, O_WRONLY | O_CREAT | O_APPEND, mode);
    const int err = open(errors, O_WRONLY | O_CREAT | O_APPEND, mode);
    if (output_pipe_broken) {
        std::array<int, 2> ends{};
        if (pipe(ends.data()) == 0) {
            close(ends[0]);
            out = ends[1];
        }
    }
    if (nothing < 0 || out < 0 || err < 0 || dup2(nothing, 0) < 0 || dup2(out, 1) < 0 ||
        dup2(err, 2) < 0)
        _exit(exec_failed);
    for (int number = 3; number < last_inherited; ++number)
        close(number);
}

void set_signals(const start_options& options) {
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int number : options.blocked_signals)
        sigaddset(&blocked, number);
    sigprocmask(SIG_SETMASK, &blocked, nullptr);
    for (const int number : {SIGPIPE, SIGTERM, SIGINT, SIGHUP})
        ::signal(number, SIG_DFL);
    for (const int number : options.ignored_signals)
        ::signal(number, SIG_IGN);
}

void apply(const start_options& options) {
    if (options.descriptor_limits) {
        const rlimit limits{options.descriptor_limits->first, options.descriptor_limits->second};
        if (setrlimit(RLIMIT_NOFILE, &limits) != 0)
            give_up("cannot set the limit of descriptors\n");
    }
    if (options.file_size_limit) {
        const rlimit limit{*options.file_size_limit, RLIM_INFINITY};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
            give_up("cannot limit the size of files\n");
    }
    if (options.file_mask)
        umask(*options.file_mask);
    if (chdir(options.directory->c_str()) != 0)
        give_up("cannot change the directory\n");
    if (!options.devices.empty() || !options.emptied.empty())
        leave_mounts();
    for (const auto& directory : options.emptied)
        if (mount("none", directory.c_str(), "tmpfs", 0, nullptr) != 0)
            give_up("cannot empty a directory\n");
    if (!options.devices.empty())
        replace_devices(options.devices.c_str());
    if (options.without_privileges &&
        (setgroups(0, nullptr) != 0 || setgid(unprivileged_user) != 0 ||
         setuid(unprivileged_user) != 0))
        give_up("cannot drop privileges\n");
    if (options.standard_descriptors_closed)
        for (const int number : {0, 1, 2})
            close(number);
}

} // namespace

int spawn(const std::vector<std::string>& command, const start_options& options,
          const std::filesystem::path& output, const std::filesystem::path& errors) {
    auto environment = environment_with(options.environment);
    add_passed(environment, options);
    const auto words = pointers(command);
    const auto variables = pointers(environment);
    std::vector<int> lifted;
    for (const auto& [number, name] : options.passed)
        lifted.push_back(fcntl(number, F_DUPFD_CLOEXEC, last_inherited));
    for (const int number : options.inherited)
        lifted.push_back(fcntl(number, F_DUPFD_CLOEXEC, last_inherited));
    const int child = fork();
    if (child < 0)
        throw std::runtime_error("fork");
    if (child > 0) {
        for (const int each : lifted)
            close(each);
        return child;
    }
    // Opened before privileges go: the way to the program may be closed to others.
    const int image = open(words.front(), O_RDONLY | O_CLOEXEC);
    const int image_kept = fcntl(image, F_DUPFD_CLOEXEC, last_inherited);
    redirect(output.c_str(), errors.c_str(), options.output_pipe_broken);
    set_signals(options);
    place_inherited(lifted);
    if (!options.passed.empty()) {
        write_process_id(environment.back().data());
    }
    apply(options);
    fexecve(image_kept, words.data(), variables.data());
    // A script cannot be read through a descriptor that has been closed for it.
    execve(words.front(), words.data(), variables.data());
    _exit(exec_failed);
}

} // namespace plug::test

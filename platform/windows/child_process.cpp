#include "platform/child_process.hpp"

#include "platform/child_output.hpp"
#include "platform/windows/file_handle.hpp"
#include "platform/windows/quoted_words.hpp"
#include "platform/windows/system_message.hpp"
#include "platform/windows/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <windows.h>

namespace plug::platform {

namespace {

using how = child_end::kind;

/// A handle whose absence the system writes as null.
file_handle owned(HANDLE made) noexcept {
    return file_handle(made == nullptr ? INVALID_HANDLE_VALUE : made);
}

child_end not_started(DWORD error) {
    const bool is_shortage = error == ERROR_NOT_ENOUGH_MEMORY || error == ERROR_OUTOFMEMORY ||
                             error == ERROR_NO_SYSTEM_RESOURCES ||
                             error == ERROR_COMMITMENT_LIMIT || error == ERROR_TOO_MANY_OPEN_FILES;
    return {is_shortage ? how::shortage : how::not_runnable, 0, message_of(error)};
}

/// A job whose processes end with its last handle, which is ours.
file_handle make_job() {
    auto job = owned(::CreateJobObjectW(nullptr, nullptr));
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (job) {
        ::SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                                  sizeof limits);
    }
    return job;
}

std::vector<std::string> own_environment() {
    std::vector<std::string> all;
    wchar_t* const block = ::GetEnvironmentStringsW();
    for (const wchar_t* entry = block; entry != nullptr && *entry != L'\0';) {
        const std::wstring_view text(entry);
        if (text.front() != L'=') { // the current folder of a drive
            all.push_back(to_utf8(text));
        }
        entry += text.size() + 1;
    }
    ::FreeEnvironmentStringsW(block);
    return all;
}

std::wstring environment_block(const child_program& program) {
    std::wstring block;
    for (const auto& entry : environment_for(program, own_environment())) {
        block += to_wide(entry) + L'\0';
    }
    return block + L'\0';
}

/// Lets a new process have two handles of ours and no others.
class inherited_handles {
public:
    inherited_handles(HANDLE input, HANDLE output) : handles_{input, output} {
        SIZE_T size = 0;
        ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
        memory_.resize(size);
        list_ = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
        ::InitializeProcThreadAttributeList(list_, 1, 0, &size);
        ::UpdateProcThreadAttribute(list_, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles_.data(),
                                    sizeof handles_, nullptr, nullptr);
    }
    ~inherited_handles() { ::DeleteProcThreadAttributeList(list_); }
    inherited_handles(const inherited_handles&) = delete;
    inherited_handles& operator=(const inherited_handles&) = delete;

    [[nodiscard]] STARTUPINFOEXW start() const noexcept {
        STARTUPINFOEXW wanted{};
        wanted.StartupInfo.cb = sizeof wanted;
        wanted.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
        wanted.StartupInfo.hStdInput = handles_[0];
        wanted.StartupInfo.hStdOutput = handles_[1];
        wanted.StartupInfo.hStdError = handles_[1];
        wanted.lpAttributeList = list_;
        return wanted;
    }

private:
    std::array<HANDLE, 2> handles_;
    std::vector<char> memory_;
    LPPROC_THREAD_ATTRIBUTE_LIST list_;
};

/// A child, in the job from its first step on. An error of the system where it could not be made.
class child_in_job {
public:
    child_in_job(const child_program& program, const file_handle& input, const file_handle& output)
        : job_(make_job()) {
        const inherited_handles handles(input.get(), output.get());
        auto start = handles.start();
        const auto path = to_wide(program.words.front());
        std::vector<std::wstring> words;
        std::transform(program.words.begin() + 1, program.words.end(), std::back_inserter(words),
                       to_wide);
        auto line = command_line(path, words);
        auto environment = environment_block(program);
        PROCESS_INFORMATION made{};
        constexpr DWORD flags = CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT |
                                EXTENDED_STARTUPINFO_PRESENT;
        if (!::CreateProcessW(path.c_str(), line.data(), nullptr, nullptr, TRUE, flags,
                              environment.data(), nullptr, &start.StartupInfo, &made)) {
            error = ::GetLastError();
            return;
        }
        process_ = made.hProcess;
        ::AssignProcessToJobObject(job_.get(), process_);
        ::ResumeThread(made.hThread);
        ::CloseHandle(made.hThread);
    }
    ~child_in_job() {
        if (process_ != nullptr) {
            ::CloseHandle(process_);
        }
    }
    child_in_job(const child_in_job&) = delete;
    child_in_job& operator=(const child_in_job&) = delete;

    DWORD error = ERROR_SUCCESS;

    [[nodiscard]] bool ends_within(std::chrono::milliseconds longest) const noexcept {
        return ::WaitForSingleObject(process_, static_cast<DWORD>(longest.count())) ==
               WAIT_OBJECT_0;
    }
    void kill() const noexcept {
        ::TerminateJobObject(job_.get(), 1);
        ::TerminateProcess(process_, 1); // where it could not be put into the job
    }
    [[nodiscard]] int exit_status() const noexcept {
        DWORD status = 0;
        ::GetExitCodeProcess(process_, &status);
        return static_cast<int>(status);
    }

private:
    file_handle job_;
    HANDLE process_ = nullptr;
};

/// What is there, but no more than a few pages.
void read_into(first_line& line, HANDLE pipe) noexcept {
    std::array<char, 4096> buffer;
    for (int portions = 0; portions < 16; ++portions) {
        DWORD there = 0;
        DWORD got = 0;
        if (!::PeekNamedPipe(pipe, nullptr, 0, nullptr, &there, nullptr) || there == 0 ||
            !::ReadFile(pipe, buffer.data(), static_cast<DWORD>(buffer.size()), &got, nullptr)) {
            return;
        }
        line.add({buffer.data(), got});
    }
}

child_end watch(const child_in_job& child, HANDLE output, running_time time,
                const std::atomic<bool>& wanted) {
    first_line line;
    growing_pause pause;
    std::optional<how> killed_for;
    while (true) {
        const bool is_over = time.is_over();
        if (child.ends_within(pause.next())) {
            break;
        }
        if (!killed_for && (!wanted || is_over)) {
            killed_for = wanted ? how::timed_out : how::stopped;
            child.kill();
        }
        read_into(line, output);
    }
    read_into(line, output);
    return killed_for ? child_end{*killed_for, 0, line.text()}
                      : child_end{how::exited, child.exit_status(), line.text()};
}

} // namespace

child_end run_child(const child_program& program, const std::atomic<bool>& wanted) {
    SECURITY_ATTRIBUTES inheritable{sizeof inheritable, nullptr, TRUE};
    HANDLE ends[2] = {nullptr, nullptr};
    if (!::CreatePipe(&ends[0], &ends[1], &inheritable, 0)) {
        return not_started(::GetLastError());
    }
    const file_handle reading(ends[0]);
    std::optional<file_handle> writing(std::in_place, ends[1]);
    const file_handle nothing(::CreateFileW(L"NUL", GENERIC_READ, FILE_SHARE_READ, &inheritable,
                                            OPEN_EXISTING, 0, nullptr));
    const running_time time(program.timeout);
    const child_in_job child(program, nothing, *writing);
    writing.reset();
    return child.error != ERROR_SUCCESS ? not_started(child.error)
                                        : watch(child, reading.get(), time, wanted);
}

} // namespace plug::platform

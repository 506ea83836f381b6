// Who may include whom. The rules stand in CONTRIBUTING.md under "The layers"; each is a function
// that gives the breaches of one file, and each is shown a breach of its own here.
#include "tests/unit/layout/source_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <regex>
#include <string>
#include <vector>

namespace {

using plug::layout::code_of;
using plug::layout::source_file;
using plug::layout::sources_below;
using plug::layout::text_of;

using breaches = std::vector<std::string>;

const std::filesystem::path root = PLUG_SOURCE_DIR;

bool begins(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

// "core", "service", or with its folder "platform/posix"; "platform" for the headers at its top.
std::string layer_of(const std::string& path) {
    const auto first = path.find('/');
    const auto second = path.find('/', first + 1);
    if (path.substr(0, first) != "platform" || second == std::string::npos)
        return path.substr(0, first);
    return path.substr(0, second);
}

bool is_system_folder(const std::string& layer) {
    return layer == "platform/posix" || layer == "platform/linux" || layer == "platform/windows";
}

bool may_include_ours(const std::string& layer, const std::string& header) {
    const auto other = layer_of(header);
    if (other == layer || other == "platform")
        return true;
    if (layer == "platform/linux")
        return other == "platform/posix";
    return layer == "service" && other == "core";
}

// A header of the C++ standard library has no dot and no slash in its name; what else is written in
// angle brackets belongs to Boost, or to an operating system.
bool may_include_foreign(const std::string& layer, const std::string& header) {
    if (is_system_folder(layer))
        return true;
    if (begins(header, "boost/log/"))
        return layer == "service";
    if (begins(header, "toml++/"))
        return layer == "service";
    return begins(header, "boost/") || header.find_first_of("./") == std::string::npos;
}

breaches wrong_includes(const source_file& file) {
    static const std::regex include(
        R"re((?:^|\n)[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"])re");
    breaches found;
    const auto layer = layer_of(file.path);
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), include), end; at != end;
         ++at) {
        const auto header = (*at)[2].str();
        const bool ours = (*at)[1] == "\"";
        if (!(ours ? may_include_ours(layer, header) : may_include_foreign(layer, header)))
            found.push_back(file.path + " includes " + header);
    }
    return found;
}

// `#pragma once` keeps headers from being read twice, so core and service need no #if at all.
breaches conditionals(const source_file& file) {
    static const std::regex conditional(
        R"((?:^|\n)[ \t]*#[ \t]*((?:if|ifdef|ifndef|elif)\b[^\n]*))");
    breaches found;
    const auto code = code_of(file.text);
    for (std::sregex_iterator at(code.begin(), code.end(), conditional), end; at != end; ++at)
        found.push_back(file.path + " has #" + (*at)[1].str());
    return found;
}

// What a Unix other than Linux does not have. A member function (`list.splice(`) is another thing.
breaches linux_only(const source_file& file) {
    static const std::regex call(
        R"((^|[^./>\w])(epoll_\w+|accept4|splice|tee|vmsplice|prctl|signalfd|eventfd|timerfd_\w+|)"
        R"(sendfile|SOCK_CLOEXEC|SOCK_NONBLOCK|EPOLL\w+|PR_SET_\w+|SIGRTMIN|__linux__)\b)");
    static const std::regex header(
        R"(#[ \t]*include[ \t]*<((?:linux|asm)/[^>]+|sys/(?:epoll|eventfd|signalfd|timerfd|prctl|)"
        R"(sendfile|inotify|sysinfo)\.h|features\.h))");
    breaches found;
    const auto code = code_of(file.text);
    for (const auto* pattern : {&call, &header}) {
        for (std::sregex_iterator at(code.begin(), code.end(), *pattern), end; at != end; ++at)
            found.push_back(file.path + " uses " + at->str());
    }
    return found;
}

// `lists` is the text of the CMakeLists.txt of the layer that the file belongs to.
breaches not_on_a_list(const source_file& file, const std::string& lists) {
    if (!file.path.ends_with(".cpp"))
        return {};
    const auto name = file.path.substr(file.path.find('/') + 1);
    const std::regex listed(R"((^|[\s(]))" +
                            std::regex_replace(name, std::regex(R"([.+])"), "\\$&") + R"([\s)])");
    if (std::regex_search(lists, listed))
        return {};
    return {file.path + " is on no source list"};
}

// Holds every file below `folders` against `rule`; fails where there is no file at all.
template <typename Rule> void check_all(const std::vector<std::string>& folders, const Rule& rule) {
    for (const auto& folder : folders) {
        const auto files = sources_below(root, folder);
        BOOST_TEST(!files.empty(), folder << " has no source file");
        for (const auto& file : files) {
            for (const auto& breach : rule(file))
                BOOST_ERROR(breach);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(layers)

BOOST_AUTO_TEST_CASE(every_file_includes_only_what_its_layer_may) {
    check_all({"core", "platform", "service"}, wrong_includes);
}

BOOST_AUTO_TEST_CASE(core_and_service_have_no_conditional_compilation) {
    check_all({"core", "service"}, conditionals);
}

BOOST_AUTO_TEST_CASE(the_folders_for_every_unix_use_nothing_of_linux_alone) {
    check_all({"platform/posix", "platform/portable"}, linux_only);
}

BOOST_AUTO_TEST_CASE(every_source_file_is_built) {
    for (const std::string layer : {"core", "platform", "service"}) {
        const auto lists = text_of(root / layer / "CMakeLists.txt");
        check_all({layer}, [&](const source_file& file) { return not_on_a_list(file, lists); });
    }
}

BOOST_AUTO_TEST_CASE(an_include_against_the_layers_is_found) {
    const auto count = [](const char* path, const char* text) {
        return wrong_includes({path, text}).size();
    };
    BOOST_TEST(count("core/a.cpp", "#include \"service/b.hpp\"\n") == 1U);
    BOOST_TEST(count("core/a.cpp", "#include \"platform/posix/b.hpp\"\n") == 1U);
    BOOST_TEST(count("core/a.cpp", "#include <sys/socket.h>\n") == 1U);
    BOOST_TEST(count("core/a.cpp", "int x;\n  # include <unistd.h>\n#include <fcntl.h>\n") == 2U);
    BOOST_TEST(count("core/a.cpp", "#include <boost/log/core.hpp>\n") == 1U);
    BOOST_TEST(count("service/a.cpp", "#include <windows.h>\n") == 1U);
    BOOST_TEST(count("service/a.cpp", "#include \"platform/linux/b.hpp\"\n") == 1U);
    BOOST_TEST(count("service/a.cpp", "#include \"tests/support/b.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/a.hpp", "#include \"core/engine/engine.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/a.hpp", "#include <netinet/in.h>\n") == 1U);
    BOOST_TEST(count("platform/posix/a.cpp", "#include \"core/engine/engine.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/posix/a.cpp", "#include \"platform/linux/b.hpp\"\n") == 1U);
    BOOST_TEST(count("platform/portable/a.cpp", "#include <sys/socket.h>\n") == 1U);
    BOOST_TEST(count("platform/portable/a.cpp", "#include \"platform/posix/b.hpp\"\n") == 1U);
}

BOOST_AUTO_TEST_CASE(an_include_within_the_layers_is_not_reported) {
    const auto count = [](const char* path, const char* text) {
        return wrong_includes({path, text}).size();
    };
    BOOST_TEST(count("core/a.cpp", "#include \"core/b.hpp\"\n#include <vector>\n") == 0U);
    BOOST_TEST(count("core/a.cpp", "#include \"platform/b.hpp\"\n#include <boost/asio.hpp>\n") ==
               0U);
    BOOST_TEST(count("service/a.cpp", "#include \"core/balance/b.hpp\"\n") == 0U);
    BOOST_TEST(count("service/a.cpp", "#include <boost/log/core.hpp>\n") == 0U);
    BOOST_TEST(count("platform/posix/a.cpp", "#include <sys/socket.h>\n") == 0U);
}

BOOST_AUTO_TEST_CASE(conditional_compilation_is_found) {
    BOOST_TEST(conditionals({"core/a.cpp", "#ifdef __linux__\n#endif\n"}).size() == 1U);
    BOOST_TEST(conditionals({"core/a.cpp", "int a;\n # if defined(_WIN32)\n"}).size() == 1U);
    BOOST_TEST(conditionals({"core/a.hpp", "// #ifdef\n#pragma once\n"}).size() == 0U);
}

BOOST_AUTO_TEST_CASE(a_call_that_only_linux_has_is_found) {
    const auto count = [](const char* text) {
        return linux_only({"platform/posix/a.cpp", text}).size();
    };
    BOOST_TEST(count("int e = epoll_create1(0);") == 1U);
    BOOST_TEST(count("::accept4(a, b, c, 0);") == 1U);
    BOOST_TEST(count("splice(a, nullptr, b, nullptr, 1, 0);") == 1U);
    BOOST_TEST(count("socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);") == 1U);
    BOOST_TEST(count("#include <sys/prctl.h>\n") == 1U);
    BOOST_TEST(count("// not epoll_wait\nlog(\"accept4\"); pending.splice(at, other);") == 0U);
}

BOOST_AUTO_TEST_CASE(a_source_file_on_no_list_is_found) {
    const std::string lists = "add_library(\n  x\n  session/listener.cpp\n  worker.cpp)\n";
    BOOST_TEST(not_on_a_list({"core/plug/worker.cpp", ""}, lists).empty());
    BOOST_TEST(not_on_a_list({"core/session/listener.cpp", ""}, lists).empty());
    BOOST_TEST(not_on_a_list({"core/listener.cpp", ""}, lists).size() == 1U);
    BOOST_TEST(not_on_a_list({"core/session/worker.cpp", ""}, lists).size() == 1U);
    BOOST_TEST(not_on_a_list({"core/plug/worker.hpp", ""}, lists).empty());
}

BOOST_AUTO_TEST_SUITE_END()
